package io.github.camelroboflow.app.status;

import io.github.camelroboflow.app.status.WorkMonitor.FolderWork;
import io.github.camelroboflow.delivery.outbox.Outbox;
import io.github.camelroboflow.delivery.outbox.Outbox.Backlog;
import io.github.camelroboflow.delivery.route.OutageRoutePolicy;
import io.github.camelroboflow.delivery.scale.work.ReferenceConsumer;
import io.github.camelroboflow.delivery.source.ImageTally.Counts;
import io.github.camelroboflow.delivery.source.ImageTally.Failure;
import io.github.camelroboflow.inference.support.MessageText;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;

/** Describes the work of the running program for a person. */
public final class StatusReport {

    /** Begins the ids of the health checks of suspended routes and unreachable sources. */
    private static final String OUTAGE = "outage:";
    private static final int LONGEST_REASON = 300;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private final CamelContext context;
    private final WorkMonitor monitor;
    private final Outbox outbox;
    private final String routes;
    private final Instant started = Instant.now();

    /**
     * @param outbox {@code null} for none
     * @param routes the names of the routes that run
     */
    public StatusReport(CamelContext context, WorkMonitor monitor, Outbox outbox, String routes) {
        this.context = context;
        this.monitor = monitor;
        this.outbox = outbox;
        this.routes = routes;
    }

    /** Returns the lines of the report. */
    public String text() {
        List<String> lines = new ArrayList<>();
        Counts counts = monitor.counts();
        lines.add("camel-roboflow runs " + routes + " since " + time(started) + " (" + age(started) + "), process "
                + ProcessHandle.current().pid());
        lines.add("  done      " + SummaryText.number(counts.done()) + ", " + SummaryText.number(counts.failed()) + " failed; "
                + String.format(Locale.ROOT, "%,.1f images/s in the last minute", monitor.recentRate()));
        String classes = SummaryText.classes(counts);
        if (!classes.isEmpty()) {
            lines.add("  classes   " + classes.substring(2));
        }
        lines.add("  in work   " + SummaryText.number(WorkMonitor.inWork(context)));
        OptionalLong waiting = monitor.waitingNow();
        if (waiting.isPresent()) {
            lines.add("  waiting   " + SummaryText.number(waiting.getAsLong()) + " in " + monitor.sources()
                    + since(waiting.getAsLong() == 0 ? Optional.empty() : monitor.oldest()));
        }
        for (FolderWork folder : monitor.byFolder()) {
            lines.add(String.format(Locale.ROOT, "  %-9s ", folder.name()) + SummaryText.number(folder.done()) + " done, "
                    + SummaryText.number(folder.failed()) + " failed; " + SummaryText.number(folder.waiting()) + " waiting in "
                    + folder.inbox() + since(folder.waiting() == 0 ? Optional.empty() : monitor.oldest(folder)));
        }
        ReferenceConsumer.lags(context).forEach(lag -> lines.add("  topic     " + MessageText.printable(lag.topic()) + ", "
                + lag.partitions() + (lag.partitions() == 1 ? " partition" : " partitions")
                + " here; the oldest image has waited for " + SummaryText.time(lag.oldest().toSeconds())));
        addOutbox(lines);
        lines.addAll(outages());
        monitor.lastFailures().stream().sorted(Comparator.comparing(Failure::time).reversed()).forEach(failure ->
                lines.add("  failed    " + MessageText.printable(failure.image()) + " at " + time(failure.time()) + ": "
                        + shortened(failure.reason())));
        return String.join("\n", lines) + "\n";
    }

    private void addOutbox(List<String> lines) {
        List<Backlog> backlogs = outbox == null ? List.of() : outbox.backlogs();
        if (backlogs.isEmpty()) {
            lines.add("  outbox    nothing waits");
        }
        for (Backlog backlog : backlogs) {
            lines.add("  outbox    " + SummaryText.number(backlog.messages()) + (backlog.messages() == 1 ? " waits" : " wait")
                    + " for " + MessageText.printable(backlog.destination()) + " since " + time(backlog.oldest())
                    + backlog.reason().map(reason -> ", which is down: " + shortened(reason)).orElse(""));
        }
    }

    private static String since(Optional<Instant> oldest) {
        return oldest.map(time -> " since " + time(time)).orElse("");
    }

    /** Returns a line for each route or source that waits. */
    private List<String> outages() {
        HealthCheckRegistry checks = HealthCheckRegistry.get(context);
        return checks == null ? List.of() : checks.stream().filter(check -> check.getId().startsWith(OUTAGE)).map(HealthCheck::call)
                .filter(result -> result.getState() == HealthCheck.State.DOWN)
                .map(result -> "  suspended " + result.getCheck().getId().substring(OUTAGE.length())
                        + since(Optional.ofNullable(result.getDetails().get(OutageRoutePolicy.SINCE))
                                .map(since -> Instant.parse(since.toString())))
                        + ": " + shortened(result.getMessage().orElse("it is down"))).sorted().toList();
    }

    private static String shortened(String reason) {
        String line = MessageText.printable(reason.replaceAll("\\s*[\\r\\n]+\\s*", " "));
        return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
    }

    /** Returns a time of today, or a date and a time. */
    public static String time(Instant instant) {
        ZonedDateTime local = instant.atZone(ZoneId.systemDefault());
        return (local.toLocalDate().equals(LocalDate.now()) ? TIME : DATE).format(local);
    }

    private static String age(Instant start) {
        return SummaryText.time(Duration.between(start, Instant.now()).toSeconds());
    }
}
