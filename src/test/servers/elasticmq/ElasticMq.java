import org.elasticmq.rest.sqs.SQSRestServerBuilder;

/** Starts ElasticMQ, which speaks the API of SQS: {@code java -cp 'target/it/elasticmq/*' ElasticMq.java <port>}. */
public final class ElasticMq {

    public static void main(String[] arguments) {
        SQSRestServerBuilder.withInterface("127.0.0.1").withPort(Integer.parseInt(arguments[0])).start().waitUntilStarted();
    }
}
