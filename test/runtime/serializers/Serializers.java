import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.flume.Context;
import org.apache.flume.Event;
import org.apache.flume.event.EventBuilder;
import org.apache.flume.serialization.EventSerializer;
import org.apache.flume.serialization.EventSerializerFactory;

/**
 * What Flume's serializers write. Each line of standard input: type, properties (a=b;c=d), then steps separated by
 * blanks: "f" flushes, an event is body:name=value;name=value, all in Base64. The answer is the file in Base64.
 */
public class Serializers {
    public static void main(String[] args) throws Exception {
        String input = new String(System.in.readAllBytes(), StandardCharsets.US_ASCII);
        for (String line : input.split("\n")) {
            String[] words = line.split(" ");
            Context context = new Context(pairs(words[1], false));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            EventSerializer serializer = EventSerializerFactory.getInstance(words[0], context, out);
            serializer.afterCreate();
            for (int i = 2; i < words.length; i++) {
                if (words[i].equals("f")) {
                    serializer.flush();
                    continue;
                }
                String[] parts = words[i].split(":", -1);
                Event event = EventBuilder.withBody(Base64.getDecoder().decode(parts[0]));
                event.setHeaders(pairs(parts[1], true));
                serializer.write(event);
            }
            serializer.flush();
            serializer.beforeClose();
            System.out.println(Base64.getEncoder().encodeToString(out.toByteArray()));
        }
    }

    static Map<String, String> pairs(String text, boolean isBase64) {
        Map<String, String> map = new HashMap<>();
        for (String pair : text.split(";")) {
            if (pair.isEmpty() || pair.equals("-")) continue;
            int at = isBase64 ? pair.indexOf('!') : pair.indexOf('=');
            String name = pair.substring(0, at);
            String value = pair.substring(at + 1);
            map.put(isBase64 ? decoded(name) : name, isBase64 ? decoded(value) : value);
        }
        return map;
    }

    static String decoded(String text) {
        return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
    }
}
