package io.github.camelroboflow.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.hosted.fake.Behaviour;
import io.github.camelroboflow.hosted.fake.FakeRoboflow;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** For all answers of a server and all readers, the API key is in no log, exception, URI, health report or MBean. */
@Isolated("changes what is logged, and needs JMX")
class ApiKeyLeakTest {

    private static final String KEY = "nW7sEcrEtKeY42";
    private static final String JMX_DISABLED = "org.apache.camel.jmx.disabled";

    private final StringWriter seen = new StringWriter();

    @Test
    void theKeyIsInNoLogExceptionUriHealthReportOrMBean() throws Exception {
        String jmx = System.clearProperty(JMX_DISABLED);
        LoggerContext logging = (LoggerContext) LogManager.getContext(false);
        Configuration loggers = logging.getConfiguration();
        WriterAppender appender = WriterAppender.createAppender(PatternLayout.newBuilder().withPattern("%c %m%n%ex").build(),
                null, seen, "seen", false, true);
        appender.start();
        Level level = loggers.getRootLogger().getLevel();
        loggers.getRootLogger().addAppender(appender, Level.TRACE, null);
        loggers.getRootLogger().setLevel(Level.INFO);
        logging.updateLoggers();
        // without Camel and HttpClient, which at DEBUG log properties and requests as they are
        Configurator.setLevel("io.github.camelroboflow", Level.TRACE);
        try (FakeRoboflow cloud = FakeRoboflow.start()) {
            runAllFailures(cloud);
        } finally {
            loggers.removeLogger("io.github.camelroboflow");
            loggers.getRootLogger().removeAppender("seen");
            loggers.getRootLogger().setLevel(level);
            logging.updateLoggers();
            if (jmx != null) {
                System.setProperty(JMX_DISABLED, jmx);
            }
        }
        assertThat(seen.toString()).contains("roboflow:", "org.apache.camel", "EndpointUri", "HTTP 401");
        assertThat(seen.toString().lines().filter(line -> line.contains(KEY))).isEmpty();
    }

    private void runAllFailures(FakeRoboflow cloud) throws Exception {
        DefaultCamelContext context = new DefaultCamelContext();
        List<String> targets = List.of("roboflow:my-project/3?apiKey={{key}}", "roboflow:my-project/3?apiKey=RAW({{key}})",
                "roboflow:my-project/3?apiKeyTransport=query&apiKey={{key}}", "roboflow:my-project/4",
                // other spellings that Camel accepts
                "roboflow:my-project/5?apikey={{key}}", "roboflow:my-project/5?api-key={{key}}",
                "roboflow:my-project/5?configuration.apiKey={{key}}", "roboflow:my-project/5?APIKEY={{key}}",
                "roboflow-workflow:acme/find?maxRetries=0&readTimeout=200&apiKey={{key}}",
                "roboflow:my-project/4?runtime=embedded&modelsDirectory=target/no-key-models&lazyStartProducer=true&apiKey={{key}}",
                "roboflow-upload:my-project?maxRetries=0&readTimeout=200&apiUrl=" + cloud.address(),
                "roboflow-upload:my-project?maxRetries=0&readTimeout=200&apiKey={{key}}&apiUrl=" + cloud.address());
        // a placeholder, since Camel shows a route's source to anyone who manages it
        context.getPropertiesComponent().setInitialProperties(properties());
        RoboflowComponent component = new RoboflowComponent();
        component.getConfiguration().setApiKey(KEY);
        component.getConfiguration().setApiUrl(cloud.address());
        component.getConfiguration().setWeightsUrl(cloud.address());
        component.getConfiguration().setMaxRetries(0);
        component.getConfiguration().setReadTimeout(200);
        context.addComponent("roboflow", component);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                for (int i = 0; i < targets.size(); i++) {
                    from("direct:" + i).to(targets.get(i)).to("log:result?showAll=true");
                }
            }
        });
        context.start();
        try {
            List<Behaviour> answers = List.of(Behaviour.usual(), Behaviour.json(400, "{\"message\":\"bad " + KEY + "\"}"),
                    Behaviour.redirect(302, "http://elsewhere.example/?api_key=" + KEY), Behaviour.cut(),
                    Behaviour.usual().stallHalfway(), Behaviour.status(503), Behaviour.body(200, "text/html", KEY.getBytes()),
                    Behaviour.json(401, "{\"message\":\"key " + KEY + " is wrong\"}"));
            for (int i = 0; i < targets.size(); i++) {
                for (Behaviour answer : answers) {
                    cloud.next(answer);
                    report(context.createProducerTemplate().send("direct:" + i,
                            exchange -> exchange.getMessage().setBody(Path.of("config/samples/bolts-and-nuts.jpg").toFile())));
                }
            }
            context.getEndpoints()
                    .forEach(endpoint -> seen.append(endpoint.toString()).append(endpoint.getEndpointUri()).append('\n'));
            HealthCheckRegistry.get(context).stream().forEach(check -> seen.append(String.valueOf(check.call())).append('\n'));
            seen.append(component.getConfiguration().toString()).append('\n');
            mBeans();
        } finally {
            context.stop();
        }
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("key", KEY);
        return properties;
    }

    private void report(Exchange exchange) {
        exchange.getMessage().getHeaders().forEach((name, value) -> seen.append(name + "=" + value + "\n"));
        exchange.getProperties().forEach((name, value) -> seen.append(name + "=" + value + "\n"));
        for (Throwable error = exchange.getException(); error != null; error = error.getCause()) {
            error.printStackTrace(new PrintWriter(seen));
        }
    }

    private void mBeans() throws JMException {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        for (ObjectName name : server.queryNames(new ObjectName("org.apache.camel:*"), null)) {
            seen.append(name.toString()).append('\n');
            for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
                try {
                    seen.append(attribute.getName() + "=" + server.getAttribute(name, attribute.getName()) + "\n");
                } catch (JMException | RuntimeException e) {
                    // an attribute without a value at present
                }
            }
            Stream.of("dumpRouteAsXml", "dumpRouteAsYaml", "informationJson").forEach(operation -> dump(server, name, operation));
        }
    }

    private void dump(MBeanServer server, ObjectName name, String operation) {
        try {
            seen.append(String.valueOf(server.invoke(name, operation, new Object[0], new String[0]))).append('\n');
        } catch (JMException | RuntimeException e) {
            // no value
        }
    }
}
