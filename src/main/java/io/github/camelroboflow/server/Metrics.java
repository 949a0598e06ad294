package io.github.camelroboflow.server;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a server has answered, as text for Prometheus. */
final class Metrics {

    private final Map<Integer, LongAdder> answers = new TreeMap<>();
    private final LongAdder worked = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    /** @param elapsed nanoseconds from the whole request to its answer; 0 if it was not worked on */
    void answered(int status, long elapsed) {
        LongAdder count;
        synchronized (answers) {
            count = answers.computeIfAbsent(status, key -> new LongAdder());
        }
        count.increment();
        worked.add(elapsed > 0 ? 1 : 0);
        nanos.add(elapsed);
    }

    /** The metrics, with what is true at the moment. */
    String text(int requests, int connections, int models) {
        StringBuilder text = new StringBuilder();
        text.append("# HELP roboflow_server_requests_total Requests that were answered.\n"
                + "# TYPE roboflow_server_requests_total counter\n");
        synchronized (answers) {
            for (Map.Entry<Integer, LongAdder> entry : answers.entrySet()) {
                text.append("roboflow_server_requests_total{status=\"").append(entry.getKey()).append("\"} ")
                        .append(entry.getValue().sum()).append('\n');
            }
        }
        text.append("# HELP roboflow_server_request_seconds Time from a whole request that is worked on to its answer.\n"
                + "# TYPE roboflow_server_request_seconds summary\n")
                .append("roboflow_server_request_seconds_sum ").append(nanos.sum() / 1e9).append('\n')
                .append("roboflow_server_request_seconds_count ").append(worked.sum()).append('\n');
        gauge(text, "requests", "Requests that are being worked on.", requests);
        gauge(text, "connections", "Connected clients.", connections);
        gauge(text, "models", "Models that are ready.", models);
        return text.toString();
    }

    private static void gauge(StringBuilder text, String name, String help, int value) {
        text.append("# HELP roboflow_server_").append(name).append(' ').append(help)
                .append("\n# TYPE roboflow_server_").append(name)
                .append(" gauge\nroboflow_server_").append(name).append(' ').append(value).append('\n');
    }
}
