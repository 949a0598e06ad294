package io.github.camelroboflow.delivery.failure;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.camelroboflow.delivery.source.AcceptedDestinations;
import io.github.camelroboflow.inference.support.Json;
import io.github.camelroboflow.inference.support.MessageText;
import java.time.Instant;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.RuntimeCamelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The report beside a failed image, in {@code <name>.error.json}.
 *
 * @param image     the image's name in the inbox
 * @param error     the failure and the advice, for a person
 * @param type      the simple name of the exception
 * @param attempts  the number of attempts
 * @param route     the route that processed the image
 * @param time      the time of the last attempt, ISO 8601 in UTC
 * @param delivered the destinations that have a result of the last attempt nevertheless
 */
@JsonPropertyOrder({"image", "error", "type", "attempts", "route", "time", "delivered"})
public record FailureReport(@JsonProperty("image") String image, @JsonProperty("error") String error,
                            @JsonProperty("type") String type, @JsonProperty("attempts") int attempts,
                            @JsonProperty("route") String route,
                            @JsonProperty("time") String time, @JsonProperty("delivered") List<String> delivered) {

    /** The end of a report's file name. */
    public static final String SUFFIX = ".error.json";

    public static FailureReport of(String image, Throwable error, int attempts, Exchange exchange) {
        return new FailureReport(image, FailureClassifier.describe(error),
                FailureClassifier.rootCause(error).getClass().getSimpleName(), attempts, exchange.getFromRouteId(),
                Instant.now().toString(), AcceptedDestinations.of(exchange));
    }

    /** Returns the same report with another number of attempts. */
    public FailureReport withAttempts(int count) {
        return new FailureReport(image, error, type, count, route, time, delivered);
    }

    public byte[] json() {
        try {
            return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a failure report could not be written as JSON", e);
        }
    }

    /**
     * Replaces the body by the report about the failed image. For a {@code doCatch} in routes whose images don't come from an
     * inbox. If the failure is an outage, which is no image's fault, this step throws it again.
     */
    public static final class FailureReportStep implements Processor {

        private static final Logger LOG = LoggerFactory.getLogger(FailureReportStep.class);

        private String nameHeader = Exchange.FILE_NAME;

        /** Sets the name of the header that holds the image's name. */
        public void setNameHeader(String nameHeader) {
            this.nameHeader = nameHeader;
        }

        @Override
        public void process(Exchange exchange) {
            Throwable error = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
            if (FailureClassifier.outage(error).isPresent()) {
                throw RuntimeCamelException.wrapRuntimeException(error);
            }
            Message message = exchange.getMessage();
            FailureReport report = FailureReport.of(message.getHeader(nameHeader, String.class), error, 1, exchange);
            LOG.warn("{} failed: {}", MessageText.printable(report.image()), report.error());
            message.setBody(report.json());
        }
    }
}
