package io.github.camelroboflow.app;

import io.github.camelroboflow.inference.support.ContractNames;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;

/**
 * Brings the result of an image to all the destinations that {@code routes/by-class.camel.yaml} selects. A destination that refuses
 * keeps nothing from the others; the image is done when all of them have it.
 */
final class DeliverRoute {

    /** Names the route. */
    static final String ID = "deliver";

    private DeliverRoute() {
    }

    static RoutesBuilder builder() {
        return new Builder();
    }

    /** Not public, because Quarkus adds the routes of all public builders of a library to the application. */
    private static final class Builder extends RouteBuilder {

        @Override
        public void configure() {
            from("direct:deliver").routeId(ID).errorHandler(noErrorHandler())
                    .process("beginDelivery")
                    .process("inTurn")
                    // with dedupe=content, an image that was delivered before is done without; remembered when the image is
                    // done, not before, so an equal one waits until then
                    .idempotentConsumer(header(ContractNames.RESULT_KEY)).idempotentRepository("dedupe").eager(false)
                    .to("direct:by-class")
                    // a file of the operator's may do without
                    .filter().ref("unclaimed").to("direct:everything-else?failIfNoConsumers=false&block=false").end()
                    .process("endDelivery")
                    .end();
        }
    }
}
