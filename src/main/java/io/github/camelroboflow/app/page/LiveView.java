package io.github.camelroboflow.app.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.app.page.RecentResults.RecentResult;
import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.app.status.WorkMonitor;
import io.github.camelroboflow.condition.camel.RouteConditions;
import io.github.camelroboflow.delivery.outbox.Outbox.Backlog;
import io.github.camelroboflow.delivery.outbox.Outbox;
import io.github.camelroboflow.delivery.source.ImageTally.Counts;
import io.github.camelroboflow.inference.support.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck.State;
import org.apache.camel.health.HealthCheckHelper;

/** Describes the running program in JSON, for the page that asks once a second. */
final class LiveView {

    /** The times between two looks at the outbox and the health checks. */
    private static final Duration SHORTEST = Duration.ofSeconds(3);
    private static final Duration LONGEST = Duration.ofSeconds(30);
    /** The share of the time that looks may take, as its inverse: a full outbox takes long to count. */
    private static final int SHARE = 20;

    private final CamelContext context;
    private final RecentWork work;
    private final Failures failures;
    private final Pictures pictures;
    private final String token;
    private final WorkMonitor monitor;
    private Look look;

    /**
     * A look at the parts that are not asked with each request.
     *
     * @param time when it ended, and {@code took} how long it took, in nanoseconds
     */
    private record Look(long time, long took, List<Backlog> destinations, Map<String, String> down) {
    }

    /** @param token the text that the page sends with requests that change something */
    LiveView(CamelContext context, Settings settings, Failures failures, Pictures pictures, String token) {
        this.context = context;
        this.work = RecentWork.of(context);
        this.failures = failures;
        this.pictures = pictures;
        this.token = token;
        this.monitor = WorkMonitor.of(context, settings.images());
    }

    /** @param after the number of the last result that the page has */
    ObjectNode json(long after) {
        Look now = look();
        Counts counts = monitor.counts();
        int inWork = WorkMonitor.inWork(context);
        ObjectNode json = Json.MAPPER.createObjectNode().put("token", token).put("start", work.start().toString())
                .put("done", counts.done()).put("failed", counts.failed())
                .put("imagesPerSecond", monitor.recentRate()).put("inWork", inWork);
        monitor.waiting().ifPresent(images -> json.put("inbox", images));
        ArrayNode inboxes = json.putArray("inboxes");
        monitor.byFolder().forEach(folder -> inboxes.addObject().put("name", folder.name()).put("folder", folder.inbox().toString())
                .put("done", folder.done()).put("failed", folder.failed()).put("waiting", folder.waiting()));
        // without work, all processors are free for pictures
        json.put("picturePause", inWork == 0 ? 0 : pictures.pause());
        addDestinations(json.putArray("destinations"), now.destinations(), work.destinations());
        ObjectNode down = json.putObject("down");
        now.down().forEach(down::put);
        ObjectNode classes = json.putObject("classes");
        counts.classes().forEach(classes::put);
        ArrayNode history = json.putArray("history");
        work.history().forEach(minute -> {
            ObjectNode ofMinute = history.addObject().put("age", minute.age()).put("done", minute.done())
                    .put("failed", minute.failed()).putObject("classes");
            minute.classes().forEach(ofMinute::put);
        });
        addFailures(json.putArray("failures"));
        ArrayNode conditions = json.putArray("conditions");
        RouteConditions.of(context).texts().forEach(conditions::add);
        ArrayNode results = json.putArray("results");
        work.recent().after(after).forEach(result -> describe(results.addObject(), result));
        return json;
    }

    private synchronized Look look() {
        long now = System.nanoTime();
        if (look == null
                || now - look.time > Math.max(SHORTEST.toNanos(), Math.min(LONGEST.toNanos(), SHARE * look.took))) {
            Outbox outbox = context.getRegistry().lookupByNameAndType("outbox", Outbox.class);
            Map<String, String> down = new TreeMap<>();
            HealthCheckHelper.invoke(context).stream().filter(result -> result.getState() == State.DOWN).forEach(result ->
                    down.put(result.getCheck().getId(), result.getMessage().orElse("")));
            List<Backlog> destinations = outbox == null ? List.of() : outbox.backlogs();
            long end = System.nanoTime();
            look = new Look(end, end - now, destinations, down);
        }
        return look;
    }

    /**
     * Adds the destinations that accepted results or that results wait for. Several receivers of one host have one address, since
     * the rest of it may be secret: each that results wait for has an entry with its id, and only the first their common count.
     */
    static void addDestinations(ArrayNode json, List<Backlog> backlogs, Map<String, Long> accepted) {
        Map<String, List<Backlog>> waiting = backlogs.stream().collect(Collectors.groupingBy(Backlog::destination));
        Map<String, Long> counts = new TreeMap<>(accepted);
        waiting.keySet().forEach(address -> counts.putIfAbsent(address, 0L));
        counts.forEach((address, count) -> {
            List<Backlog> receivers = waiting.getOrDefault(address, List.of());
            ObjectNode first = json.addObject().put("address", address).put("accepted", count)
                    .put("id", "").put("waiting", 0).put("oldestSeconds", 0).put("reason", "");
            for (Backlog receiver : receivers) {
                ObjectNode entry = receiver == receivers.get(0) ? first : json.addObject().put("address", address);
                entry.put("id", receiver.id()).put("several", receivers.size() > 1).put("waiting", receiver.messages())
                        .put("oldestSeconds", Math.max(0, Duration.between(receiver.oldest(), Instant.now()).toSeconds()))
                        .put("reason", receiver.reason().orElse(""));
            }
        });
    }

    private void addFailures(ArrayNode json) {
        failures.last().forEach(failure -> json.addObject().put("number", failure.number()).put("image", failure.failure().image())
                .put("error", failure.failure().reason()).put("time", failure.failure().time().toString())
                .put("canRetry", failure.file() != null));
    }

    private static void describe(ObjectNode json, RecentResult result) {
        json.put("number", result.number()).put("time", result.time().toString()).put("image", result.image())
                .put("source", result.source()).put("model", result.model())
                .put("width", result.inference().info().image().width())
                .put("height", result.inference().info().image().height());
        ObjectNode confidences = json.putObject("confidences");
        result.confidences().forEach(confidences::put);
        ArrayNode accepted = json.putArray("accepted");
        result.accepted().forEach(accepted::add);
    }
}
