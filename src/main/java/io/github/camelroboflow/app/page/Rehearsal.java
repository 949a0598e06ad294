package io.github.camelroboflow.app.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.app.page.RecentResults.RecentResult;
import io.github.camelroboflow.app.settings.Settings.Watch;
import io.github.camelroboflow.app.status.RoutingBranch;
import io.github.camelroboflow.component.RoboflowEndpoint;
import io.github.camelroboflow.condition.Condition;
import io.github.camelroboflow.condition.ConditionSyntaxException;
import io.github.camelroboflow.condition.camel.RouteConditions;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Inference.Finding;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.geometry.Box;
import io.github.camelroboflow.inference.support.Json;
import io.github.camelroboflow.server.RequestHead;
import io.github.camelroboflow.server.ServerResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.CamelContext;

/** Tests conditions on the last results: those of the routes for one result, and one that somebody tries out for all of them. */
final class Rehearsal {

    private static final Duration LONGEST = Duration.ofSeconds(2);
    private static final int LONGEST_TEXT = 1000;
    private static final int MOST_FINDINGS = 300;

    /** The route whose conditions may stand in filters for single pairs of a folder and a model. */
    private static final String ROUTE = "by-class";

    private final CamelContext context;
    private final RecentResults results;
    /** The names of the watched folders, by the sources of their results. */
    private final Map<String, String> watches = new HashMap<>();

    /** The outcome of a condition: true, false, or the reason why it can't be tested. */
    private record Outcome(boolean selected, String problem) {

        static Outcome of(Condition condition, RecentResult result) {
            try {
                return new Outcome(condition.test(result.inference()), "");
            } catch (RoboflowException | IllegalArgumentException | IllegalStateException e) {
                return new Outcome(false, e.getMessage());
            }
        }
    }

    /** @param watches the watched folders that have names */
    Rehearsal(CamelContext context, RecentResults results, List<Watch> watches) {
        this.context = context;
        this.results = results;
        watches.forEach(watch -> this.watches.put("file:" + watch.folders().inbox(), watch.name()));
    }

    /**
     * Answers with the numbers of the results that a condition selects, of all results or of those of one watched folder. With a
     * second condition, also with those that only one of the two selects; one of the routes selects only results that come to it.
     */
    ServerResponse answer(RequestHead request) {
        String text = request.parameter("condition").orElse("");
        String against = request.parameter("against").orElse("");
        if (text.length() + against.length() > LONGEST_TEXT) {
            return ServerResponse.message(422, "A condition has at most " + LONGEST_TEXT + " characters here.");
        }
        try {
            Optional<Condition> inForce = against.isBlank() ? Optional.empty() : Optional.of(Condition.parse(against));
            return ServerResponse.json(rehearse(Condition.parse(text), inForce, request.parameter("watch").orElse("")));
        } catch (ConditionSyntaxException e) {
            // as it is while somebody types
            return ServerResponse.json(Json.MAPPER.createObjectNode().put("wrong", e.getMessage()));
        }
    }

    private ObjectNode rehearse(Condition condition, Optional<Condition> inForce, String watch) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        ArrayNode selected = json.putArray("selected");
        ArrayNode gained = json.putArray("gained");
        ArrayNode lost = json.putArray("lost");
        String problem = "";
        int tested = 0;
        Map<String, Set<String>> ofOthers = new HashMap<>();
        long end = System.nanoTime() + LONGEST.toNanos();
        for (RecentResult result : results.after(0)) {
            String from = watch(result);
            if (System.nanoTime() - end > 0) {
                break;
            }
            if (!watch.isEmpty() && !watch.equals(from)) {
                continue;
            }
            tested++;
            Outcome now = Outcome.of(condition, result);
            if (now.selected()) {
                selected.add(result.number());
            }
            problem = problem.isEmpty() ? now.problem() : problem;
            if (inForce.isPresent()) {
                boolean before = !ofOthers.computeIfAbsent(from, this::conditionsOfOthers).contains(inForce.get().toString())
                        && Outcome.of(inForce.get(), result).selected();
                if (before != now.selected()) {
                    (now.selected() ? gained : lost).add(result.number());
                }
            }
        }
        List<String> classes = classes();
        if (!classes.isEmpty()) {
            ArrayNode unknown = json.putArray("unknown");
            condition.unknownClasses(classes).forEach(unknown::add);
        }
        return json.put("tested", tested).put("problem", problem);
    }

    private String watch(RecentResult result) {
        return watches.getOrDefault(result.source(), "");
    }

    /** Returns the conditions that stand only in filters for other watched folders: results of this one do not come to them. */
    private Set<String> conditionsOfOthers(String watch) {
        Set<String> conditions = new HashSet<>();
        watches.values().forEach(other -> conditions.addAll(conditions(other)));
        conditions.removeAll(conditions(watch));
        return conditions;
    }

    private List<String> conditions(String watch) {
        return RoutingBranch.of(context, ROUTE, watch).stream().map(RoutingBranch::condition).toList();
    }

    /** Returns the classes of all models of the program; empty if those of one are unknown. */
    private List<String> classes() {
        List<List<String>> all = context.getEndpoints().stream().filter(RoboflowEndpoint.class::isInstance)
                .map(endpoint -> ((RoboflowEndpoint) endpoint).modelDescription().map(model -> model.classes()).orElse(List.of()))
                .toList();
        return all.stream().anyMatch(List::isEmpty) ? List.of() : all.stream().flatMap(List::stream).distinct().toList();
    }

    /** Describes a result with the places of its findings, and the conditions that it comes to with the numbers that decide. */
    ObjectNode details(RecentResult result) {
        ObjectNode json = Json.MAPPER.createObjectNode().put("number", result.number())
                .put("width", result.inference().info().image().width())
                .put("height", result.inference().info().image().height());
        ArrayNode findings = json.putArray("findings");
        result.inference().findings().stream().limit(MOST_FINDINGS).forEach(finding -> describe(findings.addObject(), finding));
        ArrayNode conditions = json.putArray("conditions");
        Set<String> ofOthers = conditionsOfOthers(watch(result));
        for (String text : RouteConditions.of(context).texts().stream().filter(each -> !ofOthers.contains(each)).toList()) {
            Condition condition = Condition.parse(text);
            Outcome outcome = Outcome.of(condition, result);
            ArrayNode facts = conditions.addObject().put("condition", text).put("selected", outcome.selected())
                    .put("problem", outcome.problem()).putArray("facts");
            if (outcome.problem().isEmpty()) {
                condition.explain(result.inference()).forEach(facts::add);
            }
        }
        return json;
    }

    private static void describe(ObjectNode json, Finding finding) {
        json.put("class", finding.className()).put("confidence", finding.confidence());
        if (finding instanceof Detection detection) {
            Box box = detection.box();
            json.putArray("box").add(box.x1()).add(box.y1()).add(box.width()).add(box.height());
            ArrayNode points = json.putArray("points");
            detection.points().forEach(point -> points.addArray().add(point.x()).add(point.y()));
        }
    }
}
