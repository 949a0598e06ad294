package com.example.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** A Spring Boot application with Camel's starter and our library, without a starter of ours or a registration. */
class SpringBootApplicationIT {

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {

        @Bean
        RouteBuilder routes() {
            return new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in").to("roboflow:{{model}}?runtime=embedded&modelsDirectory=config/models")
                            .choice().when().language("roboflow", "gear and not bolt").to("mock:gears")
                            .when(simple("${detects('bolt')}")).to("mock:bolts");
                }
            };
        }
    }

    /** Spring Boot would set up the logging anew, and other tests of this JVM would not see their lines any more. */
    @BeforeAll
    static void keepLogging() {
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
    }

    @Test
    void routesByWhatWasDetected() {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        // not ./config/application.properties, which Spring Boot reads by default: in this repository it belongs to our program
        try (ConfigurableApplicationContext spring = application.run(
                "--spring.config.location=optional:classpath:/", "--model=parts-detect/1",
                "--spring.main.banner-mode=off", "--camel.main.name=spring-boot", "--spring.jmx.enabled=false")) {
            CamelContext camel = spring.getBean(CamelContext.class);
            ProducerTemplate template = spring.getBean(ProducerTemplate.class);
            template.sendBody("direct:in", new File("config/samples/gears.jpg"));
            template.sendBody("direct:in", new File("config/samples/bolts.jpg"));

            assertThat(camel.getEndpoint("mock:gears", MockEndpoint.class).getReceivedCounter()).isEqualTo(1);
            assertThat(camel.getEndpoint("mock:bolts", MockEndpoint.class).getReceivedCounter()).isEqualTo(1);
        }
    }
}
