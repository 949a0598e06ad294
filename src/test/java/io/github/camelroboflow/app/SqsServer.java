package io.github.camelroboflow.app;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** ElasticMQ, which speaks the API of SQS. */
public final class SqsServer implements AutoCloseable {

    private final ServerProcess process;
    private SqsClient client;

    public SqsServer(Path folder) {
        int port = Ports.free();
        process = new ServerProcess("elasticmq", port, folder,
                Path.of("src/test/servers/elasticmq/ElasticMq.java").toAbsolutePath().toString(), String.valueOf(port));
    }

    public SqsServer start() {
        process.start();
        client = SqsClient.builder().endpointOverride(URI.create(address())).region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any"))).build();
        return this;
    }

    public String address() {
        return "http://127.0.0.1:" + process.port();
    }

    /** What the addresses of all queues begin with. */
    public String queues() {
        return address() + "/000000000000/";
    }

    public SqsClient client() {
        return client;
    }

    /** Up to ten messages with their attributes, invisible to others from then on. */
    List<Message> receive(String queue) {
        return client.receiveMessage(request -> request.queueUrl(queues() + queue).maxNumberOfMessages(10)
                .messageAttributeNames("All"))
                .messages();
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
        process.close();
    }
}
