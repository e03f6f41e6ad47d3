import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TimeZone;
import org.apache.commons.text.StringSubstitutor;
import org.apache.commons.text.lookup.StringLookup;
import org.apache.commons.text.lookup.StringLookupFactory;
import org.apache.flume.formatter.output.BucketPath;

/**
 * Says what Flume's own classes make of values, one a line of standard input, one line of output each. With the
 * argument "references": the variables known are the properties x = X, y = Y, xY = Z and the environment x = E.
 * With "escapes": the headers are timestamp, host and a.b. "!" and a class name stand for an exception.
 */
public class FlumeValues {
    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String value = in.readLine(); value != null; value = in.readLine()) {
            String result;
            try {
                result = args[0].equals("references") ? substitute(value) : escape(value);
            } catch (RuntimeException e) {
                result = "!" + e.getClass().getSimpleName();
            }
            out.println(result);
        }
        out.flush();
    }

    /** As org.apache.flume.node.MapResolver does. */
    static String substitute(String value) {
        StringLookupFactory factory = StringLookupFactory.INSTANCE;
        Map<String, StringLookup> prefixes = Map.of("env", factory.mapStringLookup(Map.of("x", "E")));
        StringLookup properties = factory.mapStringLookup(Map.of("x", "X", "y", "Y", "xY", "Z"));
        StringSubstitutor substitutor =
            new StringSubstitutor(factory.interpolatorStringLookup(prefixes, properties, false));
        substitutor.setEnableSubstitutionInVariables(true);
        return substitutor.replace(value);
    }

    static String escape(String value) {
        Map<String, String> headers = new HashMap<>();
        headers.put("timestamp", "1699088706789");
        headers.put("host", "web1");
        headers.put("a.b", "ab");
        return BucketPath.escapeString(value, headers, TimeZone.getTimeZone("UTC"), false, 0, 0, false);
    }
}
