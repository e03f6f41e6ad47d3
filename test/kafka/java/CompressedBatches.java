import java.nio.ByteBuffer;
import java.util.Base64;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.MemoryRecordsBuilder;
import org.apache.kafka.common.record.TimestampType;

/** Prints record batches as Kafka's own producer compresses them, as JSON. */
public class CompressedBatches {
  public static void main(String[] args) {
    StringBuilder json = new StringBuilder("[");
    for (CompressionType type : new CompressionType[] {CompressionType.SNAPPY, CompressionType.LZ4}) {
      for (int lines : new int[] {1, 40, 800}) {
        MemoryRecordsBuilder builder =
            MemoryRecords.builder(ByteBuffer.allocate(1 << 20), type, TimestampType.CREATE_TIME, 0L);
        for (int i = 0; i < lines; i++) {
          builder.append(1_795_469_200_000L + i, null, ("line " + i + " of " + lines).repeat(3).getBytes());
        }
        ByteBuffer batch = builder.build().buffer();
        byte[] bytes = new byte[batch.remaining()];
        batch.get(bytes);
        json.append(json.length() == 1 ? "\n" : ",\n").append("{\"type\":\"").append(type.name);
        json.append("\",\"lines\":").append(lines).append(",\"batch\":\"");
        json.append(Base64.getEncoder().encodeToString(bytes)).append("\"}");
      }
    }
    System.out.println(json.append("\n]"));
  }
}
