package io.github.camelroboflow.app;

import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * All that is looked at before anything runs: what is wrong with the configuration stops the start, and never fails an image. The
 * mistakes of each of the two steps are told together.
 */
final class StartChecks extends LifecycleStrategySupport {

    private StartChecks() {
    }

    /** The first step, before the routes are read. */
    static void checkProperties(CamelContext context) {
        Mistakes mistakes = new Mistakes();
        PropertiesComponent properties = context.getPropertiesComponent();
        mistakes.check(() -> ChosenRoute.check(properties));
        KnownProperties.check(properties, mistakes);
        mistakes.check(() -> SecretFiles.read(properties));
        mistakes.check(() -> RefusedFolder.check(properties::resolveProperty));
        SettingForms.check(properties, mistakes);
        mistakes.tell();
    }

    /** Has the second step follow when the routes have been read, before they are made. */
    static void checkRoutesOf(CamelContext context) {
        context.addLifecycleStrategy(new StartChecks());
    }

    @Override
    public void onContextInitialized(CamelContext context) {
        Mistakes mistakes = new Mistakes();
        DestinationValues values = new DestinationValues(context.getPropertiesComponent()::resolveProperty);
        if (sources(context).anyMatch(uri -> uri.matches("scheduler:(//)?(bucket|replay-bucket)\\b.*|aws2-sqs:.*"))) {
            values.checkBucketInbox(mistakes);
        }
        if (sources(context).anyMatch(uri -> uri.startsWith("aws2-sqs:"))) {
            values.checkEventQueue(mistakes);
        }
        new Destinations((ModelCamelContext) context, values, mistakes).check();
        mistakes.tell();
    }

    private static Stream<String> sources(CamelContext context) {
        return ((ModelCamelContext) context).getRouteDefinitions().stream().filter(route -> route.getInput() != null)
                .map(route -> String.valueOf(route.getInput().getUri()));
    }
}
