package io.github.camelroboflow.app.status;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class RoutingBranchTest {

    /** A filter may ask for the folder and for what was detected: there is nothing detected while nothing runs. */
    @Test
    void aFilterThatAlsoLooksAtTheResultHidesNoDestination() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            context.getPropertiesComponent().addInitialProperty("line", "one");
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:by-class").routeId("by-class")
                            .filter(simple("${header.CamelRoboflowWatch} == 'one' && ${detects('gear')}")).to("mock:both").end()
                            .filter(simple("${header.CamelRoboflowWatch} == 'one' && ${header.CamelRoboflowPredictionCount} > 1"))
                            .to("mock:many").end()
                            .filter(simple("${header.CamelRoboflowWatch} == '{{line}}'")).to("mock:one").end();
                }
            });
            context.start();

            assertThat(RoutingBranch.of(context, "by-class", "one")).flatExtracting(RoutingBranch::destinations)
                    .extracting(Endpoint::getEndpointUri).containsExactly("mock://both", "mock://many", "mock://one");
            assertThat(RoutingBranch.of(context, "by-class", "two")).isEmpty();
        }
    }
}
