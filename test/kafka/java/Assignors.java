import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.internals.AbstractPartitionAssignor;
import org.apache.kafka.common.TopicPartition;

/** Prints how Kafka's own consumers share out partitions among the members of random groups, as JSON. */
public class Assignors {
  public static void main(String[] args) {
    Random random = new Random(20261124);
    StringBuilder json = new StringBuilder("[");
    for (int i = 0; i < 60; i++) {
      Map<String, Integer> partitions = new TreeMap<>();
      for (int t = 0; t <= random.nextInt(4); t++) partitions.put("topic" + (char) ('a' + random.nextInt(26)), random.nextInt(9));
      List<String> names = new ArrayList<>(partitions.keySet());
      Map<String, Subscription> members = new HashMap<>();
      StringBuilder described = new StringBuilder();
      for (int m = 0; m <= random.nextInt(5); m++) {
        List<String> topics = new ArrayList<>();
        for (String name : names) if (random.nextInt(4) > 0) topics.add(name);
        Subscription subscription = new Subscription(topics);
        String id = "member-" + random.nextInt(1000);
        if (members.containsKey(id)) continue;
        String instance = random.nextInt(3) == 0 ? "instance-" + random.nextInt(1000) : null;
        subscription.setGroupInstanceId(Optional.ofNullable(instance));
        members.put(id, subscription);
        described.append(described.length() == 0 ? "" : ",").append("{\"memberId\":\"").append(id);
        described.append("\",\"groupInstanceId\":").append(instance == null ? "null" : "\"" + instance + "\"");
        described.append(",\"topics\":").append(quoted(topics)).append("}");
      }
      json.append(i == 0 ? "\n" : ",\n").append("{\"members\":[").append(described).append("],\"partitions\":{");
      String comma = "";
      for (Map.Entry<String, Integer> entry : partitions.entrySet()) {
        json.append(comma).append("\"").append(entry.getKey()).append("\":").append(entry.getValue());
        comma = ",";
      }
      json.append("},\"range\":").append(assigned(new RangeAssignor(), partitions, members));
      json.append(",\"roundrobin\":").append(assigned(new RoundRobinAssignor(), partitions, members)).append("}");
    }
    System.out.println(json.append("\n]"));
  }

  private static String assigned(
      AbstractPartitionAssignor assignor, Map<String, Integer> partitions, Map<String, Subscription> members) {
    StringBuilder json = new StringBuilder("{");
    for (Map.Entry<String, List<TopicPartition>> entry : new TreeMap<>(assignor.assign(partitions, members)).entrySet()) {
      List<String> names = new ArrayList<>();
      for (TopicPartition partition : entry.getValue()) names.add(partition.toString());
      json.append(json.length() == 1 ? "" : ",").append("\"").append(entry.getKey()).append("\":").append(quoted(names));
    }
    return json.append("}").toString();
  }

  private static String quoted(List<String> texts) {
    return texts.isEmpty() ? "[]" : "[\"" + String.join("\",\"", texts) + "\"]";
  }
}
