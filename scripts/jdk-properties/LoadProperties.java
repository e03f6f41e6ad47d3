import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * Loads byte arrays with java.util.Properties and says what was put, in order, duplicates included.
 *
 * <p>Standard input: frames of an int length and that many bytes, until the end. Standard output, for each of
 * them: an int count of pairs; each pair as key and value, both an int count of chars and the chars; a boolean,
 * true when load() threw IllegalArgumentException after those pairs.
 */
public class LoadProperties {
    /** Remembers every put, where a hash table would forget order and duplicates. */
    static class Recorder extends Properties {
        final transient List<String> keysAndValues = new ArrayList<>();

        @Override
        public synchronized Object put(Object key, Object value) {
            keysAndValues.add((String) key);
            keysAndValues.add((String) value);
            return null;
        }
    }

    public static void main(String[] args) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(System.in, 1 << 20));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out, 1 << 20));
        for (;;) {
            byte[] bytes;
            try {
                bytes = new byte[in.readInt()];
            } catch (EOFException end) {
                break;
            }
            in.readFully(bytes);
            Recorder recorder = new Recorder();
            boolean refused = false;
            try {
                recorder.load(new ByteArrayInputStream(bytes));
            } catch (IllegalArgumentException malformed) {
                refused = true;
            }
            out.writeInt(recorder.keysAndValues.size() / 2);
            for (String text : recorder.keysAndValues) {
                out.writeInt(text.length());
                out.writeChars(text);
            }
            out.writeBoolean(refused);
        }
        out.flush();
    }
}
