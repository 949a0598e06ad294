package io.github.camelroboflow.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Runs alone, since it counts the models of the whole JVM. */
@Isolated
class SharedModelTest {

    private static CamelContext started() throws Exception {
        CamelContext context = new DefaultCamelContext();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                String model = "roboflow:parts-detect/1?runtime=embedded&modelsDirectory=";
                from("direct:one").routeId("one").to(model + "config/models");
                from("direct:two").routeId("two").to(model + "config/../config/models&confidence=0.6");
                from("direct:three").routeId("three").to(model + Path.of("config/models").toAbsolutePath());
            }
        });
        context.start();
        return context;
    }

    @Test
    void allEndpointsOfAllContextsShareOneSessionWhichClosesWithTheLast() throws Exception {
        int before = LoadedModels.OF_THIS_JVM.loads();
        CamelContext first = started();
        CamelContext second = started();
        assertThat(LoadedModels.OF_THIS_JVM.size()).isEqualTo(1);
        assertThat(LoadedModels.OF_THIS_JVM.loads()).isEqualTo(before + 1);

        first.stop();
        second.getRouteController().stopRoute("one");
        second.getRouteController().stopRoute("two");
        assertThat(LoadedModels.OF_THIS_JVM.size()).isEqualTo(1);

        second.getRouteController().stopRoute("three");
        assertThat(LoadedModels.OF_THIS_JVM.size()).isZero();

        second.getRouteController().startRoute("one");
        assertThat(LoadedModels.OF_THIS_JVM.size()).isEqualTo(1);
        second.stop();
        assertThat(LoadedModels.OF_THIS_JVM.size()).isZero();
    }
}
