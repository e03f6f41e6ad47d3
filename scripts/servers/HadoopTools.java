import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FsShell;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.tools.DFSAdmin;
import org.apache.hadoop.hdfs.tools.DFSHAAdmin;
import org.apache.hadoop.util.Tool;
import org.apache.hadoop.util.ToolRunner;

/**
 * Runs the commands of Hadoop's command line one after another in one process. A request is a number of words and the
 * words; an answer is the exit code and all that the command printed. Texts are a length and that many bytes.
 */
public final class HadoopTools {
    public static void main(String[] arguments) throws Exception {
        DataInputStream requests = new DataInputStream(new FileInputStream(FileDescriptor.in));
        DataOutputStream answers = new DataOutputStream(new FileOutputStream(FileDescriptor.out));
        while (true) {
            String[] words;
            try {
                words = new String[requests.readInt()];
            } catch (EOFException end) {
                System.exit(0);
                return;
            }
            for (int i = 0; i < words.length; i++) {
                byte[] word = new byte[requests.readInt()];
                requests.readFully(word);
                words[i] = new String(word, StandardCharsets.UTF_8);
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream errors = new ByteArrayOutputStream();
            int code = run(words, new PrintStream(out, true), new PrintStream(errors, true));
            answers.writeInt(code);
            for (ByteArrayOutputStream stream : new ByteArrayOutputStream[] {out, errors}) {
                answers.writeInt(stream.size());
                stream.writeTo(answers);
            }
            answers.flush();
        }
    }

    private static int run(String[] words, PrintStream out, PrintStream errors) {
        System.setOut(out);
        System.setErr(errors);
        String[] rest = java.util.Arrays.copyOfRange(words, 1, words.length);
        try {
            HdfsConfiguration configuration = new HdfsConfiguration();
            // A daemon may have been killed and started since the last command: no connection is kept, and what is
            // refused is tried again, soon.
            configuration.setInt("ipc.client.connection.maxidletime", 10);
            configuration.setBoolean("dfs.client.retry.policy.enabled", true);
            configuration.set("dfs.client.retry.policy.spec", "50,100");
            configuration.setInt("dfs.client.failover.sleep.base.millis", 50);
            configuration.setInt("dfs.client.failover.sleep.max.millis", 200);
            // The commands keep the streams of the time when they are made: a new one each time.
            return ToolRunner.run(configuration, tool(words[0], configuration), rest);
        } catch (Throwable problem) {
            problem.printStackTrace(errors);
            return 255;
        }
    }

    private static Tool tool(String name, HdfsConfiguration configuration) {
        switch (name) {
            case "dfs":
                return new FsShell(configuration);
            case "dfsadmin":
                return new DFSAdmin(configuration);
            case "haadmin":
                return new DFSHAAdmin();
            default:
                throw new IllegalArgumentException(name);
        }
    }
}
