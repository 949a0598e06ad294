package io.github.camelroboflow.condition.camel;

import io.github.camelroboflow.condition.camel.DetectsFunction.DetectsCheck;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.spi.ContextServicePlugin;
import org.apache.camel.spi.SimpleFunction;
import org.apache.camel.support.CamelContextHelper;

/**
 * Registers {@code ${detects('…')}} in every Camel context that has this library on its class path, and makes Camel mask the
 * library's secrets.
 */
public final class ConditionPlugin implements ContextServicePlugin {

    private static final String BEAN = "camelRoboflowDetects";

    /** @throws IllegalStateException if Camel is older than 4.18 */
    @Override
    public void load(CamelContext context) {
        CamelVersion.check(context);
        SensitiveNames.mask(context);
        // a bean, because Camel's development profile forgets functions that are no beans
        if (context.getRegistry().lookupByNameAndType(BEAN, SimpleFunction.class) == null) {
            DetectsFunction detects = new DetectsFunction();
            context.getRegistry().bind(BEAN, SimpleFunction.class, detects);
            context.addLifecycleStrategy(new DetectsCheck(detects));
        }
    }

    /** The names of secret options that Camel does not know as such. */
    public static final class SensitiveNames {

        /** The keys of {@code roboflow-server}. */
        private static final String KEYS = "keys";

        private SensitiveNames() {
        }

        /** Makes Camel mask properties and options of these names where it prints them. Keeps the names of the application. */
        public static void mask(CamelContext context) {
            if (!CamelContextHelper.containsSensitive(context, KEYS)) {
                ExtendedCamelContext extension = context.getCamelContextExtension();
                String others = extension.getAdditionalSensitiveKeywords();
                extension.setAdditionalSensitiveKeywords(others == null || others.isBlank() ? KEYS : others + "," + KEYS);
            }
        }
    }

    /** The version of Camel that the application brings. */
    public static final class CamelVersion {

        private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)\\b.*");
        private static final int OLDEST_MAJOR = 4;
        private static final int OLDEST_MINOR = 18;

        private CamelVersion() {
        }

        /**
         * Refuses a version without some of the classes that this library uses. It accepts an unknown version, as in an application
         * that was packed into one jar.
         *
         * @throws IllegalStateException if Camel is older than 4.18
         */
        public static void check(CamelContext context) {
            String version = context.getVersion();
            Matcher numbers = NUMBERS.matcher(version == null ? "" : version);
            if (numbers.matches()) {
                int major = Integer.parseInt(numbers.group(1));
                if (major < OLDEST_MAJOR || major == OLDEST_MAJOR && Integer.parseInt(numbers.group(2)) < OLDEST_MINOR) {
                    throw new IllegalStateException("camel-roboflow needs Camel 4.18 or later, and this application has Camel "
                            + version + ": raise the version of all its Camel dependencies");
                }
            }
        }
    }
}
