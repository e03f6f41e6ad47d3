import java.lang.reflect.Method;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.flume.Event;
import org.apache.flume.event.SimpleEvent;
import org.apache.flume.sink.kafka.KafkaSink;
import org.apache.kafka.common.utils.Utils;

/** Prints what Kafka's own client and Flume's own sink make of keys and events, as JSON. */
public class Vectors {
  private static final Random random = new Random(20261123);
  private static final String[] alphabets = {
    "abcdefghijklmnopqrstuvwxyz0123456789-_.", "äöüßéèñ日本語中文Ωжш", "\uD83D\uDEB0\uD83D\uDE00\uD800\uDC00 \t\"\\"
  };

  public static void main(String[] args) throws Exception {
    StringBuilder json = new StringBuilder("{\n\"murmur2\": [\n");
    for (int i = 0; i < 300; i++) {
      String key = i < 40 ? ascii(i) : text(random.nextInt(60));
      if (i == 299) key = "half a pair: \uD800";
      byte[] bytes = key.getBytes("UTF-8");
      int hash = Utils.murmur2(bytes);
      json.append(i == 0 ? "" : ",\n").append("{\"key\":").append(quoted(key)).append(",\"hash\":").append(hash);
      json.append(",\"of3\":").append(Utils.toPositive(hash) % 3);
      json.append(",\"of50\":").append(Utils.toPositive(hash) % 50).append("}");
    }
    json.append("\n],\n\"avro\": [\n");
    Method serialize = KafkaSink.class.getDeclaredMethod("serializeEvent", Event.class, boolean.class);
    serialize.setAccessible(true);
    KafkaSink sink = new KafkaSink();
    for (int i = 0; i < 120; i++) {
      int headers = i < 20 ? i : i < 100 ? random.nextInt(6) : random.nextInt(80);
      Map<String, String> map = new HashMap<>();
      StringBuilder put = new StringBuilder();
      for (int h = 0; h < headers; h++) {
        String name = text(1 + random.nextInt(12));
        String value = text(random.nextInt(i == 50 ? 500 : 20));
        if (map.containsKey(name)) continue;
        map.put(name, value);
        put.append(put.length() == 0 ? "" : ",").append("[").append(quoted(name)).append(",").append(quoted(value)).append("]");
      }
      byte[] body = new byte[i == 60 ? 100_000 : random.nextInt(200)];
      if (i != 60) random.nextBytes(body);
      SimpleEvent event = new SimpleEvent();
      event.setBody(body);
      event.setHeaders(map); // not a copy: a copy of 12, 24, … headers may have another order
      byte[] bytes = (byte[]) serialize.invoke(sink, event, true);
      json.append(i == 0 ? "" : ",\n").append("{\"headers\":[").append(put).append("],\"body\":\"");
      json.append(i == 60 ? "" : Base64.getEncoder().encodeToString(body)).append("\",\"zeros\":").append(i == 60 ? body.length : 0);
      json.append(",\"sha256\":\"").append(sha256(bytes)).append("\"}");
    }
    System.out.println(json.append("\n]\n}"));
  }

  private static String sha256(byte[] bytes) throws Exception {
    StringBuilder hex = new StringBuilder();
    for (byte b : java.security.MessageDigest.getInstance("SHA-256").digest(bytes)) hex.append(String.format("%02x", b));
    return hex.toString();
  }

  private static String ascii(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) text.append((char) ('!' + random.nextInt(90)));
    return text.toString();
  }

  private static String text(int length) {
    StringBuilder text = new StringBuilder();
    while (text.codePointCount(0, text.length()) < length) {
      String alphabet = alphabets[random.nextInt(10) < 7 ? 0 : 1 + random.nextInt(2)];
      int at = alphabet.offsetByCodePoints(0, random.nextInt(alphabet.codePointCount(0, alphabet.length())));
      text.appendCodePoint(alphabet.codePointAt(at));
    }
    return text.toString();
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c >= ' ' && c < 127 && c != '"' && c != '\\') json.append(c);
      else json.append(String.format("\\u%04x", (int) c));
    }
    return json.append("\"").toString();
  }
}
