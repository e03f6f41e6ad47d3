import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/**
 * Reads and writes nodes of a ZooKeeper. Each line of the input is a path, or a path, a blank and the node's data in
 * base64. A path alone is answered with its data in base64, or with - where there is no such node.
 */
public final class ZooKeeperNodes {
    public static void main(String[] arguments) throws Exception {
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper zooKeeper = new ZooKeeper(arguments[0], 30_000, event -> {
            if (event.getState() == Watcher.Event.KeeperState.SyncConnected) connected.countDown();
        });
        connected.await();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            String[] words = line.split(" ", -1);
            if (words.length == 1) System.out.println(read(zooKeeper, words[0]));
            else write(zooKeeper, words[0], Base64.getDecoder().decode(words[1]));
        }
        zooKeeper.close();
    }

    private static String read(ZooKeeper zooKeeper, String path) throws Exception {
        try {
            byte[] data = zooKeeper.getData(path, false, null);
            return data == null ? "" : Base64.getEncoder().encodeToString(data);
        } catch (KeeperException.NoNodeException absent) {
            return "-";
        }
    }

    private static void write(ZooKeeper zooKeeper, String path, byte[] data) throws Exception {
        for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
            create(zooKeeper, path.substring(0, slash), new byte[0]);
        }
        if (!create(zooKeeper, path, data)) zooKeeper.setData(path, data, -1);
    }

    private static boolean create(ZooKeeper zooKeeper, String path, byte[] data) throws Exception {
        try {
            zooKeeper.create(path, data, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            return true;
        } catch (KeeperException.NodeExistsException present) {
            return false;
        }
    }
}
