package io.github.camelroboflow.condition.camel;

import java.util.ArrayList;
import java.util.List;
import org.apache.camel.model.LogDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ThrowExceptionDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.language.ExpressionDefinition;

/** Finds the texts of the Simple language in a route: its expressions, at whatever depth, and texts that may hold some. */
final class SimpleTexts {

    private static final String SIMPLE = "simple";

    private SimpleTexts() {
    }

    static List<String> in(RouteDefinition route) {
        List<String> texts = new ArrayList<>();
        RouteParts.visit(route, (part, line) -> {
            String text = of(part);
            if (text != null) {
                texts.add(text);
            }
        });
        return texts;
    }

    /** The text that a part of a route holds; {@code null} if it holds none. */
    static String of(Object part) {
        if (part instanceof ExpressionDefinition expression) {
            return SIMPLE.equals(expression.getLanguage()) ? expression.getExpression() : null;
        }
        if (part instanceof LogDefinition log) {
            return log.getLogLanguage() == null || SIMPLE.equals(log.getLogLanguage()) ? log.getMessage() : null;
        }
        if (part instanceof ToDynamicDefinition to) {
            return to.getUri();
        }
        return part instanceof ThrowExceptionDefinition exception ? exception.getMessage() : null;
    }
}
