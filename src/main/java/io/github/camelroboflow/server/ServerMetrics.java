package io.github.camelroboflow.server;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts responses, and writes the metrics as text for Prometheus. */
final class ServerMetrics {

    private final Map<Integer, LongAdder> responses = new TreeMap<>();
    private final LongAdder timed = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    /**
     * Counts a response.
     *
     * @param elapsed nanoseconds from the complete request to its response; 0 if the request was refused or answered at once
     */
    void count(int status, long elapsed) {
        LongAdder responsesOfStatus;
        synchronized (responses) {
            responsesOfStatus = responses.computeIfAbsent(status, key -> new LongAdder());
        }
        responsesOfStatus.increment();
        timed.add(elapsed > 0 ? 1 : 0);
        nanos.add(elapsed);
    }

    /** Writes the metrics, with these current values. */
    String text(int requests, int connections, int models) {
        StringBuilder text = new StringBuilder();
        text.append("# HELP roboflow_server_requests_total Answered requests.\n"
                + "# TYPE roboflow_server_requests_total counter\n");
        synchronized (responses) {
            for (Map.Entry<Integer, LongAdder> entry : responses.entrySet()) {
                text.append("roboflow_server_requests_total{status=\"").append(entry.getKey()).append("\"} ")
                        .append(entry.getValue().sum()).append('\n');
            }
        }
        text.append("# HELP roboflow_server_request_seconds Time from a complete request to its response.\n"
                + "# TYPE roboflow_server_request_seconds summary\n")
                .append("roboflow_server_request_seconds_sum ").append(nanos.sum() / 1e9).append('\n')
                .append("roboflow_server_request_seconds_count ").append(timed.sum()).append('\n');
        gauge(text, "requests", "Requests in progress.", requests);
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
