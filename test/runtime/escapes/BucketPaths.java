import java.util.Calendar;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import org.apache.flume.formatter.output.BucketPath;

/** Prints what Flume's BucketPath makes of time escapes: zone, rounding, moment, text, tab-separated. */
public class BucketPaths {
    static final String ALL =
        "%a|%A|%b|%B|%c|%d|%D|%e|%H|%I|%j|%k|%l|%m|%M|%n|%p|%s|%S|%t|%y|%Y|%z|%%|%q|%_|%0";

    public static void main(String[] args) {
        Locale.setDefault(Locale.US);
        // Each argument: zone,unit,value,moment; the zone may be empty.
        for (String arg : new String(readAll(), java.nio.charset.StandardCharsets.UTF_8).split("\n")) {
            String[] parts = arg.split(",");
            TimeZone zone = parts[0].isEmpty() ? null : TimeZone.getTimeZone(parts[0]);
            int unit = parts[1].equals("hour") ? Calendar.HOUR_OF_DAY
                : parts[1].equals("minute") ? Calendar.MINUTE : Calendar.SECOND;
            int value = Integer.parseInt(parts[2]);
            String text = BucketPath.escapeString(
                ALL, Map.of("timestamp", parts[3]), zone, value > 0, unit, value, false);
            System.out.println(arg + "," + text);
        }
    }

    static byte[] readAll() {
        try {
            return System.in.readAllBytes();
        } catch (java.io.IOException e) {
            throw new RuntimeException(e);
        }
    }
}
