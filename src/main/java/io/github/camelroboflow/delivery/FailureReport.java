package io.github.camelroboflow.delivery;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.util.List;
import org.apache.camel.Exchange;

/**
 * What lies beside a failed image as {@code <name>.error.json}.
 *
 * @param image     the image's name in the inbox
 * @param error     what happened and what to do, for a person
 * @param type      the simple name of the exception
 * @param attempts  how often it was tried
 * @param route     the route that tried
 * @param time      when it was given up, ISO 8601 in UTC
 * @param delivered the destinations that have a result of it all the same, from its last attempt
 */
@JsonPropertyOrder({"image", "error", "type", "attempts", "route", "time", "delivered"})
public record FailureReport(@JsonProperty("image") String image, @JsonProperty("error") String error,
                            @JsonProperty("type") String type, @JsonProperty("attempts") int attempts,
                            @JsonProperty("route") String route,
                            @JsonProperty("time") String time, @JsonProperty("delivered") List<String> delivered) {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    public static FailureReport of(String image, Throwable error, int attempts, Exchange exchange) {
        return new FailureReport(image, Failures.sentence(error), Failures.innermost(error).getClass().getSimpleName(), attempts,
                exchange.getFromRouteId(), Instant.now().toString(), Deliveries.of(exchange));
    }

    public byte[] json() {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a failure report could not be written as JSON", e);
        }
    }
}
