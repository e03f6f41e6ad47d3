import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Kafka's own clients: "write SERVERS TOPIC" with every compression, "transactions SERVERS TOPIC", "read SERVERS TOPIC GROUP". */
public class GroupPeer {
  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "write":
        for (String type : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
          try (var producer = producer(args[1], "compression.type", type, "linger.ms", "5", "batch.size", "8192")) {
            for (int i = 0; i < 400; i++) {
              var record = new ProducerRecord<>(args[2], 0, 1_700_000_000_000L + i, "key" + i, type + " line " + i);
              record.headers().add("type", type.getBytes()).add("n", ("" + i).getBytes());
              producer.send(record);
            }
          }
        }
        break;
      case "transactions":
        try (var producer = producer(args[1], "transactional.id", "test-" + args[2])) {
          producer.initTransactions();
          for (int transaction = 0; transaction < 6; transaction++) {
            producer.beginTransaction();
            for (int i = 0; i < 50; i++) {
              producer.send(new ProducerRecord<>(args[2], 0, null, (transaction % 2 == 0 ? "kept " : "given up ") + transaction + " " + i));
            }
            producer.flush();
            if (transaction % 2 == 0) producer.commitTransaction();
            else producer.abortTransaction();
          }
        }
        break;
      default:
        read(args[1], args[2], args[3]);
    }
  }

  private static KafkaProducer<String, String> producer(String servers, String... more) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", servers);
    for (int i = 0; i < more.length; i += 2) properties.put(more[i], more[i + 1]);
    return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
  }

  /** A member of the group that commits what it has read, until its input ends. */
  private static void read(String servers, String topic, String group) throws Exception {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", servers);
    properties.put("group.id", group);
    properties.put("enable.auto.commit", "false");
    properties.put("auto.offset.reset", "earliest");
    properties.put("session.timeout.ms", "6000");
    properties.put("heartbeat.interval.ms", "300");
    properties.put("partition.assignment.strategy", "org.apache.kafka.clients.consumer.RangeAssignor");
    try (var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(topic), new ConsumerRebalanceListener() {
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
          TreeSet<Integer> numbers = new TreeSet<>();
          for (TopicPartition partition : partitions) numbers.add(partition.partition());
          System.out.println("assigned " + numbers);
        }
      });
      while (System.in.available() == 0) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
        if (records.isEmpty()) continue;
        try {
          consumer.commitSync();
        } catch (org.apache.kafka.clients.consumer.CommitFailedException | org.apache.kafka.common.errors.RebalanceInProgressException e) {
          continue; // somebody else gets them, or this member again
        }
        StringBuilder lines = new StringBuilder();
        for (ConsumerRecord<byte[], byte[]> record : records) {
          lines.append(record.partition()).append(' ').append(record.offset()).append('\n');
        }
        System.out.print(lines);
        System.out.flush();
      }
    }
  }
}
