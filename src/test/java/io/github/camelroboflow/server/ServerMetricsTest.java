package io.github.camelroboflow.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.server.RequestDispatcher.ServerMetrics;
import org.junit.jupiter.api.Test;

class ServerMetricsTest {

    @Test
    void aRequestThatIsRefusedAtOnceIsCountedButNotInTheTimes() {
        ServerMetrics metrics = new ServerMetrics();
        metrics.count(401, 0);
        metrics.count(401, 0);
        metrics.count(200, 2_000_000_000);

        assertThat(metrics.text(0, 0, 0)).contains("roboflow_server_requests_total{status=\"401\"} 2\n",
                "roboflow_server_requests_total{status=\"200\"} 1\n", "roboflow_server_request_seconds_sum 2.0\n",
                "roboflow_server_request_seconds_count 1\n");
    }
}
