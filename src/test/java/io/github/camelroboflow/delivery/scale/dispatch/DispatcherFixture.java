package io.github.camelroboflow.delivery.scale.dispatch;

import io.github.camelroboflow.delivery.database.DeliveryDatabase;
import io.github.camelroboflow.delivery.database.DeliveryDatabase.DatabaseSettings;
import io.github.camelroboflow.delivery.disk.Disk.Durability;
import io.github.camelroboflow.delivery.folder.InboxStrategy.InboxSettings;
import io.github.camelroboflow.delivery.folder.SharedInbox;
import io.github.camelroboflow.delivery.scale.ClaimTable;
import io.github.camelroboflow.delivery.scale.ImageReference.InvalidReferenceException;
import io.github.camelroboflow.delivery.scale.ImageReference;
import io.github.camelroboflow.delivery.scale.dispatch.Dispatch.DispatchSettings;
import io.github.camelroboflow.delivery.scale.dispatch.ImageFinder.FolderFinder;
import io.github.camelroboflow.delivery.source.ImageNameFilter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/** The folders and the table of a dispatcher, without a broker. */
public final class DispatcherFixture implements AutoCloseable {

    public static final Duration SEND_AGAIN_AFTER = Duration.ofMinutes(10);

    final CamelContext context = new DefaultCamelContext();
    final DeliveryDatabase database;
    final ClaimTable claims;
    private final Path data;

    public DispatcherFixture(Path data) {
        this.data = data;
        database = new DeliveryDatabase(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "", "",
                Durability.PROCESS));
        database.setCamelContext(context);
        context.start();
        claims = new ClaimTable(database, "images");
    }

    public InboxSettings folders() {
        return new InboxSettings(data.resolve("inbox"), data.resolve("work"), data.resolve("done"), data.resolve("failed"), "",
                Duration.ZERO, 3, Durability.PROCESS);
    }

    SharedInbox inbox() {
        return new SharedInbox(folders(), new ImageNameFilter("jpg", "", ""));
    }

    /** Takes the images as a dispatcher does that is killed right after it. */
    public void take() throws IOException {
        try (SharedInbox killed = inbox()) {
            killed.take(100);
        }
    }

    public CamelContext context() {
        return context;
    }

    public ClaimTable claims() {
        return claims;
    }

    /** Returns the outcomes of all claims; an open one has none. */
    public List<String> outcomes() {
        return database.execute(jdbc -> jdbc.queryForList("select coalesce(outcome, 'open') from scale_claim", String.class));
    }

    /** Makes a dispatcher that has just started. */
    public Dispatch dispatcher(int backlog) {
        return dispatcher(new FolderFinder(folders().inbox(), inbox()), backlog);
    }

    Dispatch dispatcher(ImageFinder finder, int backlog) {
        return new Dispatch(claims, finder, new DispatchSettings(backlog, SEND_AGAIN_AFTER));
    }

    /** Runs a round up to the broker. */
    public Exchange round(Dispatch dispatcher) throws IOException {
        Exchange exchange = new DefaultExchange(context);
        dispatcher.process(exchange);
        return exchange;
    }

    /** Returns the references of a round. */
    public static List<ImageReference> messages(Exchange round) {
        return Stream.of(round.getMessage().getBody(Object[].class)).map(message -> {
            try {
                return ImageReference.parse(((Message) message).getBody(String.class));
            } catch (InvalidReferenceException e) {
                throw new AssertionError(e);
            }
        }).toList();
    }

    public void drop(String... names) {
        for (String name : names) {
            try {
                Path file = data.resolve("inbox").resolve(name);
                Files.createDirectories(file.getParent());
                Files.writeString(file, name);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Returns the names of the files below a folder, except those of the program. */
    public List<String> files(String folder) {
        Path top = data.resolve(folder);
        if (Files.notExists(top)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(top)) {
            return all.filter(Files::isRegularFile).map(file -> top.relativize(file).toString())
                    .filter(name -> !name.startsWith(".")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs something while no outcome can be recorded. */
    public void withoutOutcomes(Runnable action) {
        database.execute(jdbc -> jdbc.update("alter table scale_claim add constraint no_outcome check (outcome is null)"));
        action.run();
        database.execute(jdbc -> jdbc.update("alter table scale_claim drop constraint no_outcome"));
    }

    /** Runs something while no image can be claimed. */
    void withoutClaims(Runnable action) {
        database.execute(jdbc -> jdbc.update("alter table scale_claim add constraint no_claim check (sends < 0)"));
        action.run();
        database.execute(jdbc -> jdbc.update("alter table scale_claim drop constraint no_claim"));
    }

    /** Lets the time of the table pass. */
    public void passes(Duration time) {
        database.execute(jdbc -> jdbc.update("update scale_claim set claimed = claimed - ?, due = due - ?,"
                + " leased_until = leased_until - ?, finished = finished - ?", time.toMillis(), time.toMillis(), time.toMillis(),
                time.toMillis()));
    }

    @Override
    public void close() {
        context.stop();
    }
}
