package io.github.camelroboflow.condition.camel;

import io.github.camelroboflow.condition.ConditionException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.SimpleFunction;
import org.apache.camel.support.LRUCacheFactory;

/** Simple's function {@code detects}: {@code ${detects('person without helmet')}} is true or false. */
@Metadata(label = "bean", annotations = "interfaceName=org.apache.camel.spi.SimpleFunction",
          description = "Simple's function detects: ${detects('person without helmet')} is true or false. The library registers it"
                        + " in every Camel context; the language roboflow describes the conditions.")
public final class DetectsFunction implements SimpleFunction {

    static final String NAME = "detects";

    private static final int CONDITIONS_KEPT = 1000;

    // bounded, because a message may contain a condition
    private final Map<String, DetectionPredicate> predicates = LRUCacheFactory.newLRUCache(CONDITIONS_KEPT);

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public boolean allowNull() {
        return true;
    }

    DetectionPredicate predicate(String condition) {
        return predicates.computeIfAbsent(condition, DetectionPredicate::detects);
    }

    @Override
    public Object apply(Exchange exchange, Object input) {
        if (!(input instanceof String argument)) {
            throw new ConditionException("${detects(…)} takes a condition in quotes, such as ${detects('person >= 0.8')}");
        }
        return predicate(DetectsArguments.unescape(argument)).matchesWithoutBody(exchange);
    }

    /** Finds the arguments of {@code detects} in a text of the Simple language. */
    static final class DetectsArguments {

        private static final Pattern CALL = Pattern.compile(
                "\\$(?:simple)?\\{\\s*(?:function\\(\\s*['\"]?detects['\"]?\\s*,|detects\\()\\s*"
                + "(?:'(?<single>[^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+)'|\"(?<twofold>[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\")"
                + "\\s*\\)\\s*\\}");

        private DetectsArguments() {
        }

        /** Returns the literal arguments, without the ones that contain Simple expressions. */
        static List<String> literals(String simple) {
            return CALL.matcher(simple).results()
                    .map(call -> call.group(1) != null ? call.group(1) : call.group(2))
                    .filter(argument -> !argument.contains("${") && !argument.contains("$simple{"))
                    .map(DetectsArguments::unescape).toList();
        }

        /** Removes the backslash that Simple leaves before a quote within quotes. */
        static String unescape(String argument) {
            return argument.replace("\\'", "'").replace("\\\"", "\"");
        }
    }
}
