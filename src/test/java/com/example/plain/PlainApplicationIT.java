package com.example.plain;

import static io.github.camelroboflow.condition.camel.DetectionPredicate.detects;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.inference.Inference;
import java.io.File;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** An integrator's application that only has the library on its class path: no registration, no configuration. */
class PlainApplicationIT {

    private static final String MODEL = "roboflow:parts-detect/1?runtime=embedded&modelsDirectory=config/models";

    private static final class Routes extends RouteBuilder {

        @Override
        public void configure() {
            from("direct:predicate").to(MODEL).filter(detects("gear")).to("mock:gears");
            from("direct:simple").to(MODEL).choice().when(simple("${detects('gear')}")).to("mock:gears")
                    .otherwise().to("mock:others");
            from("direct:keep").toV(MODEL, null, "found").filter(detects("found: gear")).to("mock:images");
        }
    }

    @Test
    void routesByWhatWasDetected() throws Exception {
        File gears = new File("config/samples/gears.jpg");
        File bolts = new File("config/samples/bolts.jpg");
        try (CamelContext context = new DefaultCamelContext()) {
            context.addRoutes(new Routes());
            context.start();
            ProducerTemplate template = context.createProducerTemplate();

            template.sendBody("direct:predicate", gears);
            template.sendBody("direct:predicate", bolts);
            template.sendBody("direct:simple", gears);
            template.sendBody("direct:simple", bolts);
            template.sendBody("direct:keep", gears);

            MockEndpoint withGears = context.getEndpoint("mock:gears", MockEndpoint.class);
            assertThat(withGears.getExchanges()).hasSize(2).allSatisfy(exchange -> {
                assertThat(exchange.getMessage().getBody(Inference.class).classes()).contains("gear");
                assertThat(exchange.getMessage().getHeader("CamelRoboflowTopClass")).isEqualTo("gear");
                assertThat(exchange.getMessage().getBody(String.class)).startsWith("{\"inference_id\":\"");
            });
            assertThat(context.getEndpoint("mock:others", MockEndpoint.class).getExchanges()).hasSize(1);
            assertThat(context.getEndpoint("mock:images", MockEndpoint.class).getExchanges().get(0).getMessage().getBody())
                    .isEqualTo(gears);
        }
    }
}
