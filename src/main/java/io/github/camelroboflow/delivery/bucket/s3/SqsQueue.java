package io.github.camelroboflow.delivery.bucket.s3;

import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.EventQueue;
import io.github.camelroboflow.delivery.failure.CloudErrorResponse;
import io.github.camelroboflow.inference.support.Advice;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.SqsClientBuilder;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/** A queue of SQS that S3 puts its messages into, directly or by SNS or EventBridge. Its redrive policy is the operator's. */
public final class SqsQueue implements EventQueue {

    /** The greatest number of messages in a request. */
    private static final int MOST = 10;
    /** With any such time, SQS asks all of its servers; without, messages of some may be left out. */
    private static final int WAIT_SECONDS = 1;

    private final SqsSettings settings;
    private SqsClient client;

    /**
     * Names a queue. Credentials are found by Amazon's library.
     *
     * @param queues           the common beginning of the addresses of queues
     * @param queue            its name
     * @param region           as Amazon writes it: {@code eu-central-1}
     * @param overrideEndpoint whether the endpoint is used instead of Amazon's own
     * @param endpoint         the address of a server that speaks as SQS does
     * @param hiddenFor        the time for which a received message is hidden, 1 second to 12 hours
     */
    public record SqsSettings(String queues, String queue, String region, boolean overrideEndpoint, String endpoint,
            Duration hiddenFor) {
    }

    public SqsQueue(SqsSettings settings) {
        this.settings = settings;
    }

    private synchronized SqsClient client() {
        if (client == null) {
            SqsClientBuilder builder = SqsClient.builder().region(Region.of(settings.region()));
            if (settings.overrideEndpoint()) {
                builder.endpointOverride(URI.create(settings.endpoint()));
            }
            client = builder.build();
        }
        return client;
    }

    private String address() {
        return settings.queues() + settings.queue();
    }

    private <T> T send(String failure, String right, Function<SqsClient, T> request) throws BucketException {
        try {
            return request.apply(client());
        } catch (SdkException e) {
            throw new BucketException(failure + ": " + reason(right, e), e);
        }
    }

    private String reason(String right, SdkException error) {
        String server = settings.overrideEndpoint() ? settings.endpoint().replaceAll("//[^/@]*@", "//")
                : "SQS in " + settings.region();
        if (error instanceof QueueDoesNotExistException) {
            return "there is no queue " + name() + " at " + server + "; make it, or set "
                    + Advice.choose("sqs.queue, sqs.queues and sqs.region", "its address and its region");
        }
        Optional<CloudErrorResponse> refusal = CloudErrorResponse.of(error);
        if (refusal.isPresent()) {
            int status = refusal.get().status();
            return server + " answered with " + refusal.get().describe() + (status == 401 || status == 403
                    ? "; check the credentials, and that they have the right " + right + " for the queue " + name() : "");
        }
        return S3Failures.unanswered(server, error);
    }

    @Override
    public String name() {
        return settings.queue();
    }

    @Override
    public Duration hiddenFor() {
        return settings.hiddenFor();
    }

    @Override
    public List<Message> receive(int most, boolean wait) throws BucketException {
        return send("the messages of the queue " + name() + " can't be received", "sqs:ReceiveMessage", sqs -> sqs.receiveMessage(
                request -> request.queueUrl(address()).maxNumberOfMessages(Math.min(most, MOST))
                        .waitTimeSeconds(wait ? WAIT_SECONDS : 0).visibilityTimeout((int) hiddenFor().toSeconds()))
                .messages().stream().map(message -> new Message(message.messageId(), message.body(), message.receiptHandle(), 0))
                .toList());
    }

    @Override
    public Message extend(Message message) throws BucketException {
        return send("the message " + message.id() + " can't be hidden any longer", "sqs:ChangeMessageVisibility", sqs -> {
            sqs.changeMessageVisibility(request -> request.queueUrl(address()).receiptHandle(message.receipt())
                    .visibilityTimeout((int) hiddenFor().toSeconds()));
            return message;
        });
    }

    @Override
    public void delete(List<Message> messages) throws BucketException {
        List<BatchResultErrorEntry> failed = new ArrayList<>();
        for (int begin = 0; begin < messages.size(); begin += MOST) {
            List<Message> part = messages.subList(begin, Math.min(begin + MOST, messages.size()));
            List<DeleteMessageBatchRequestEntry> entries = IntStream.range(0, part.size()).mapToObj(i ->
                    DeleteMessageBatchRequestEntry.builder().id(String.valueOf(i)).receiptHandle(part.get(i).receipt()).build())
                    .toList();
            failed.addAll(send(undeleted(messages.size()), "sqs:DeleteMessage", sqs -> sqs.deleteMessageBatch(request ->
                    request.queueUrl(address()).entries(entries))).failed());
        }
        if (!failed.isEmpty()) {
            throw new BucketException(undeleted(failed.size()) + ": " + failed.get(0).code() + " " + failed.get(0).message(), null);
        }
    }

    private String undeleted(int count) {
        return (count == 1 ? "a message" : count + " messages") + " of the queue " + name() + " can't be deleted";
    }

    /** Does nothing: the queue's redrive policy counts how often a message is received. */
    @Override
    public void refuse(Message message) {
        // it comes again when it is not hidden any more
    }

    @Override
    public String refusal() {
        return "stays in the queue, for its redrive policy";
    }

    @Override
    public synchronized void close() {
        if (client != null) {
            client.close();
            client = null;
        }
    }
}
