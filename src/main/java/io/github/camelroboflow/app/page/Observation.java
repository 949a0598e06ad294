package io.github.camelroboflow.app.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.support.Json;
import io.github.camelroboflow.server.ServerResponse;
import java.util.Collection;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck.Result;
import org.apache.camel.health.HealthCheck.State;
import org.apache.camel.health.HealthCheckHelper;

/** Answers monitoring programs: Camel's health checks as JSON, and the meters as text for Prometheus. */
final class Observation {

    /** Camel's word for checks that are up, too. */
    private static final String ALL_CHECKS = "full";

    private final CamelContext context;
    private final Metrics metrics;

    /** The checks that are asked. */
    enum Kind {
        ALL, LIVENESS, READINESS
    }

    Observation(CamelContext context) {
        this.context = context;
        this.metrics = new Metrics(context);
    }

    /** Answers with status 200 if all checks are up, else with 503. */
    ServerResponse health(Kind kind) {
        Collection<Result> results = switch (kind) {
            case ALL -> HealthCheckHelper.invoke(context, ALL_CHECKS);
            case LIVENESS -> HealthCheckHelper.invokeLiveness(context, ALL_CHECKS);
            case READINESS -> HealthCheckHelper.invokeReadiness(context, ALL_CHECKS);
        };
        boolean up = results.stream().noneMatch(result -> result.getState() == State.DOWN);
        ObjectNode json = Json.MAPPER.createObjectNode().put("status", up ? "UP" : "DOWN");
        ArrayNode checks = json.putArray("checks");
        for (Result result : results) {
            ObjectNode check = checks.addObject().put("name", result.getCheck().getId())
                    .put("status", result.getState().toString());
            result.getMessage().ifPresent(reason -> check.put("reason", reason));
            ObjectNode data = check.putObject("data");
            result.getDetails().forEach((name, value) -> data.put(name, String.valueOf(value)));
        }
        return ServerResponse.json(up ? 200 : 503, json);
    }

    ServerResponse metrics() {
        return metrics.text().map(text -> ServerResponse.text(200, Metrics.TYPE, text)).orElseGet(() -> ServerResponse.message(404,
                "The program has a registry of meters of its own, which is not read here."));
    }
}
