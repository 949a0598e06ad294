package io.github.camelroboflow.delivery.bucket.azure;

import com.azure.core.exception.AzureException;
import com.azure.core.util.Context;
import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.QueueServiceClient;
import com.azure.storage.queue.models.QueueMessageItem;
import com.azure.storage.queue.models.UpdateMessageResult;
import io.github.camelroboflow.delivery.bucket.client.BucketException;
import io.github.camelroboflow.delivery.bucket.client.EventQueue;
import io.github.camelroboflow.inference.support.Advice;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A storage queue that Event Grid puts its messages into. Such queues have no dead letters of their own. */
public final class AzureQueue implements EventQueue {

    /** The number of times that a message which is no notification is received before it is refused. */
    private static final int TRIES = 5;
    /** The number of messages that are deleted at a time. */
    private static final int DELETIONS = 16;

    private final AzureConnection connection;
    private final String name;
    private final Duration hiddenFor;
    private final AzureFailures failures;

    /** @param hiddenFor a second to seven days */
    public AzureQueue(AzureConnection connection, String name, Duration hiddenFor) {
        this.connection = connection;
        this.name = name;
        this.hiddenFor = hiddenFor;
        this.failures = new AzureFailures(connection, "the queue " + name, "make the queue, or set "
                + Advice.choose("azure.queue", "its name"));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Duration hiddenFor() {
        return hiddenFor;
    }

    private <T> T send(String failure, Function<QueueServiceClient, T> request) throws BucketException {
        try {
            return request.apply(connection.queues());
        } catch (AzureException | UncheckedIOException | IllegalArgumentException e) {
            throw failures.of(failure, "p", e);
        } catch (RuntimeException e) {
            throw failures.ofUnexpected(failure, "p", e);
        }
    }

    /** Never waits: Azure knows no such request. */
    @Override
    public List<Message> receive(int most, boolean wait) throws BucketException {
        return send("the messages of the queue " + name + " can't be received", queues -> queue(queues)
                .receiveMessages(most, hiddenFor, null, Context.NONE).stream().map(AzureQueue::message).toList());
    }

    private QueueClient queue(QueueServiceClient queues) {
        return queues.getQueueClient(name);
    }

    private static Message message(QueueMessageItem item) {
        return new Message(item.getMessageId(), item.getBody().toString(), item.getPopReceipt(), item.getDequeueCount());
    }

    @Override
    public Message extend(Message message) throws BucketException {
        return send("the message " + message.id() + " can't be hidden any longer", queues -> {
            UpdateMessageResult result = queue(queues).updateMessage(message.id(), message.receipt(), null, hiddenFor);
            return new Message(message.id(), message.text(), result.getPopReceipt(), message.received());
        });
    }

    /** Deletes several at a time, since a request deletes one. */
    @Override
    public void delete(List<Message> messages) throws BucketException {
        // a queue that does not answer is not asked for each of them
        List<BucketException> failures = Flux.fromIterable(messages).flatMap(message -> Mono.fromCallable(() -> failure(message))
                .subscribeOn(Schedulers.boundedElastic()), DELETIONS).takeUntil(failure -> failure.answer().isEmpty())
                .collectList().block();
        if (!failures.isEmpty()) {
            throw failures.get(failures.size() - 1);
        }
    }

    /** Deletes a message. Returns {@code null} if that succeeded. */
    private BucketException failure(Message message) {
        try {
            delete(message);
            return null;
        } catch (BucketException e) {
            return e;
        }
    }

    private void delete(Message message) throws BucketException {
        send("the message " + message.id() + " can't be deleted", queues -> {
            queue(queues).deleteMessage(message.id(), message.receipt());
            return null;
        });
    }

    @Override
    public String refusal() {
        return "goes to the queue " + refused() + " after " + TRIES + " tries";
    }

    /** Azure's own programs use the same name for such queues. */
    private String refused() {
        return name + "-poison";
    }

    @Override
    public void refuse(Message message) throws BucketException {
        if (message.received() < TRIES) {
            return;
        }
        send("the message " + message.id() + " can't be moved to the queue " + refused(), queues -> {
            QueueClient others = queues.getQueueClient(refused());
            others.createIfNotExists();
            return others.sendMessage(message.text());
        });
        delete(message);
    }
}
