package io.github.camelroboflow.app;

import io.github.camelroboflow.app.StoredResults.SourceImage;
import io.github.camelroboflow.app.settings.Settings.Watch;
import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.app.status.RoutingBranch;
import io.github.camelroboflow.app.status.StatusReport;
import io.github.camelroboflow.component.RoboflowEndpoint;
import io.github.camelroboflow.condition.Condition;
import io.github.camelroboflow.condition.ConditionException;
import io.github.camelroboflow.delivery.bucket.BucketInbox;
import io.github.camelroboflow.delivery.bucket.ObjectLookup.FoundObject;
import io.github.camelroboflow.delivery.failure.FailureReport;
import io.github.camelroboflow.delivery.outbox.Outbox;
import io.github.camelroboflow.delivery.source.WaitingFiles;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.Finding;
import io.github.camelroboflow.inference.InferenceOption;
import io.github.camelroboflow.inference.ModelDescription;
import io.github.camelroboflow.inference.support.Json;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;

/**
 * Explains an image of a watched folder or bucket: where it is, what was found, which conditions were true with which numbers, and
 * which destinations have its result. Works on a context whose routes are made, whether they run or not, and writes nothing.
 */
final class Explanation {

    private static final int MOST_FOUND = 20;
    private static final String ROUTE = "by-class";
    private static final String REST = "everything-else";

    private final CamelContext context;
    private final Settings settings;
    private final Outbox outbox;
    private final List<String> lines = new ArrayList<>();

    /** @param outbox {@code null} if results wait in none */
    Explanation(CamelContext context, Settings settings, Outbox outbox) {
        this.context = context;
        this.settings = settings;
        this.outbox = outbox;
    }

    /**
     * Returns the lines about an image.
     *
     * @param file the image, its result or its report, or its name in the inbox
     * @return empty if there is no such image
     */
    Optional<String> of(Path file) throws IOException {
        for (Watch watch : settings.folders()) {
            Optional<ImageLookup> found = ImageLookup.find(watch, results(), file);
            if (found.isPresent()) {
                explain(watch, found.get());
            }
        }
        BucketInbox bucket = context.hasService(BucketInbox.class);
        if (lines.isEmpty() && bucket != null) {
            Optional<FoundObject> object = bucket.lookup().find(file.toString());
            if (object.isPresent()) {
                explain(bucket, object.get());
            }
        }
        return lines.isEmpty() ? Optional.empty()
                : Optional.of(lines.stream().map(MessageText::printable).collect(Collectors.joining("\n")) + "\n");
    }

    private void explain(BucketInbox bucket, FoundObject object) throws IOException {
        String place = " since " + StatusReport.time(object.since()) + ": " + object.address();
        switch (object.place()) {
            case WAITING -> lines.add(object.name() + " waits" + place);
            case IN_WORK -> lines.add(object.name() + " is in work" + place);
            case FAILED -> {
                lines.add(object.name() + " failed" + place);
                report(bucket.lookup().report(object.name()), object.name() + FailureReport.SUFFIX);
            }
            case DONE -> {
                lines.add(object.name() + " is done" + place);
                Path folder = Files.createTempDirectory("camel-roboflow-");
                Path copy = folder.resolve("image");
                try {
                    if (bucket.lookup().download(object, copy)) {
                        Watch only = new Watch("", settings.inbox(), settings.model(), Optional.empty());
                        result(only, new SourceImage(bucket.source(), object.name(), ImageLookup.original(object.name()),
                                object.etag(), copy));
                    }
                } finally {
                    Files.deleteIfExists(copy);
                    Files.delete(folder);
                }
            }
            default -> throw new IllegalStateException();
        }
    }

    private Path results() {
        return Path.of(context.getPropertiesComponent().resolveProperty("results").orElse("data/results"));
    }

    private void explain(Watch watch, ImageLookup image) throws IOException {
        String name = watch.nameOf(image.name());
        String place = " since " + StatusReport.time(WaitingFiles.arrival(image.file())) + ": " + image.file();
        switch (image.state()) {
            case WAITING -> lines.add(name + " waits" + place);
            case IN_WORK -> lines.add(name + " is in work" + place);
            case FAILED -> {
                lines.add(name + " failed" + place);
                report(watch, image);
            }
            case DONE -> {
                lines.add(name + " is done" + place);
                result(watch, SourceImage.of(watch, image));
            }
            default -> throw new IllegalStateException();
        }
    }

    private void report(Watch watch, ImageLookup image) throws IOException {
        Path file = watch.folders().failed().resolve(image.name() + FailureReport.SUFFIX);
        report(Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty(), file.toString());
    }

    private void report(Optional<byte[]> json, String place) throws IOException {
        if (json.isEmpty()) {
            lines.add("  report       is missing: " + place);
            return;
        }
        FailureReport report = Json.MAPPER.readValue(json.get(), FailureReport.class);
        lines.add("  reason       " + report.error());
        lines.add("  attempts     " + report.attempts() + ", the last at " + report.time()
                + (report.route() == null ? "" : " in the route " + report.route()));
        lines.add("  delivered    " + (report.delivered().isEmpty() ? "to none" : String.join(", ", report.delivered())));
    }

    /** Returns the endpoints whose models may run the images of a folder: those of its route, or of its model before it is made. */
    private Stream<RoboflowEndpoint> endpoints(Watch watch) {
        Route route = context.getRoute(watch.route());
        Stream<RoboflowEndpoint> endpoints = route != null ? WatchRoutes.endpoints(route) : context.getEndpoints().stream()
                .filter(RoboflowEndpoint.class::isInstance).map(RoboflowEndpoint.class::cast);
        return endpoints.filter(endpoint -> route != null || watch.name().isEmpty() || isOf(watch, endpoint));
    }

    private static boolean isOf(Watch watch, RoboflowEndpoint endpoint) {
        return endpoint.getTarget().equals(watch.model()) && watch.confidence().map(confidence ->
                endpoint.inferenceOptions().get(InferenceOption.CONFIDENCE).equals(confidence))
                .orElse(!endpoint.getEndpointUri().contains("confidence="));
    }

    private void result(Watch watch, SourceImage image) throws IOException {
        Optional<RoboflowEndpoint> endpoint = endpoints(watch).filter(each -> each.modelDescription().isPresent()).findFirst();
        if (endpoint.isEmpty()) {
            lines.add("  model        none is open in these routes");
            return;
        }
        ModelDescription model = endpoint.get().modelDescription().orElseThrow();
        String weights = model.weightsHash().isEmpty() ? endpoint.get().server().map(server -> ", on " + server).orElse("")
                : ", weights " + model.weightsHash();
        lines.add("  model        " + model.id() + (model.task() == null ? "" : ", " + model.task()) + weights);
        List<RoutingBranch> branches = RoutingBranch.of(context, ROUTE, watch.name());
        List<RoutingBranch> rest = RoutingBranch.of(context, REST, watch.name());
        StoredResults stored = new StoredResults(image, endpoint.get(), results());
        Inference inference = stored.find(branches, rest, lines);
        lines.add("  found        " + found(inference));
        List<String> pending = pending(stored.deliveryId());
        boolean any = false;
        for (RoutingBranch branch : branches) {
            boolean selected = isTrue(branch, inference);
            any |= selected && !branch.destinations().isEmpty();
            if (selected) {
                branch.destinations().forEach(to -> lines.add("      " + describe(stored, to, pending.isEmpty())));
            }
        }
        if (!any) {
            rest.stream().flatMap(branch -> branch.destinations().stream())
                    .forEach(to -> lines.add("  else         " + describe(stored, to, pending.isEmpty())));
        }
        lines.addAll(pending);
        if (outbox != null) {
            outbox.acceptedOf(stored.deliveryId()).forEach((destination, time) ->
                    lines.add("  accepted     by " + destination + " at " + StatusReport.time(time)));
        }
    }

    static String found(Inference inference) {
        List<? extends Finding> findings = inference.findings();
        return findings.isEmpty() ? "nothing" : findings.size() + ": " + findings.stream().limit(MOST_FOUND)
                .map(finding -> String.format(Locale.ROOT, "%s %.3f", finding.className(), finding.confidence()))
                .collect(Collectors.joining(", ")) + (findings.size() > MOST_FOUND ? " and more" : "");
    }

    private boolean isTrue(RoutingBranch branch, Inference inference) {
        if (branch.condition().isEmpty()) {
            return true;
        }
        try {
            Condition condition = Condition.parse(branch.condition());
            if (condition.variable().isPresent()) {
                lines.add("  not tested   " + condition + ": it looks at a variable of the route");
                return false;
            }
            boolean holds = condition.test(inference);
            lines.add((holds ? "  true         " : "  false        ") + condition);
            condition.explain(inference).forEach(fact -> lines.add("      " + fact));
            return holds;
        } catch (ConditionException | IllegalArgumentException e) {
            lines.add("  not tested   " + branch.condition() + ": " + e.getMessage());
            return false;
        }
    }

    /** @param accepted whether no message of the image waits or was given up */
    private static String describe(StoredResults stored, Endpoint destination, boolean accepted) {
        String name = StartAnnouncement.destination(destination).orElseGet(destination::getEndpointBaseUri);
        String outcome = accepted ? ": has it, since the image is done"
                : ": has it, unless a line below says that it waits, was refused or dropped";
        return "→ " + name + (StoredResults.isFolder(destination)
                ? stored.of(destination).map(Explanation::written).orElse(": has no such result") : outcome);
    }

    private static String written(Path file) {
        try {
            return ": has it since " + StatusReport.time(WaitingFiles.arrival(file));
        } catch (IOException e) {
            return ": its file can't be read";
        }
    }

    /** Returns a line for each message of the image that waits or was given up. */
    private List<String> pending(String deliveryId) {
        List<String> pending = new ArrayList<>();
        if (outbox != null) {
            outbox.waitingOf(deliveryId).forEach(each -> pending.add("  outbox       waits for " + each.destination() + " since "
                    + StatusReport.time(each.since()) + ", " + each.attempts() + " tries so far"));
            outbox.refusedOf(deliveryId).forEach(each -> pending.add((each.dropped() ? "  dropped      for " : "  refused      by ")
                    + each.destination() + " at " + each.time() + ": " + each.reason()));
        }
        return pending;
    }
}
