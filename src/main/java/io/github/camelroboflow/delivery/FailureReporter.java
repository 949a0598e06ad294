package io.github.camelroboflow.delivery;

import io.github.camelroboflow.inference.Printable;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.RuntimeCamelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For routes whose images don't come from an inbox: in a {@code doCatch}, replaces the body by the report about the image that
 * failed. If it was an outage, which is no image's fault, it throws the failure again instead.
 */
public final class FailureReporter implements Processor {

    private static final Logger LOG = LoggerFactory.getLogger(FailureReporter.class);

    private String nameHeader = Exchange.FILE_NAME;

    /** The header that holds the image's name. */
    public void setNameHeader(String nameHeader) {
        this.nameHeader = nameHeader;
    }

    @Override
    public void process(Exchange exchange) {
        Throwable error = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
        if (Failures.outage(error).isPresent()) {
            throw RuntimeCamelException.wrapRuntimeException(error);
        }
        Message message = exchange.getMessage();
        FailureReport report = FailureReport.of(message.getHeader(nameHeader, String.class), error, 1, exchange);
        LOG.warn("{} failed: {}", Printable.of(report.image()), report.error());
        message.setBody(report.json());
    }
}
