package io.github.camelroboflow.condition.camel;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.apache.camel.model.LogDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ThrowExceptionDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.language.ExpressionDefinition;

/** Finds the texts of the Simple language in a route: its expressions, at whatever depth, and texts that may hold some. */
final class SimpleTexts {

    private static final String SIMPLE = "simple";
    private static final String MODEL = "org.apache.camel.model.";

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<String> texts = new ArrayList<>();

    private SimpleTexts() {
    }

    static List<String> in(RouteDefinition route) {
        SimpleTexts simpleTexts = new SimpleTexts();
        simpleTexts.visit(route);
        return simpleTexts.texts;
    }

    private void visit(Object part) {
        if (part instanceof Collection<?> parts) {
            parts.forEach(this::visit);
        } else if (isModel(part) && seen.add(part)) {
            String text = text(part);
            if (text != null) {
                texts.add(text);
            }
            for (Method method : part.getClass().getMethods()) {
                if (isGetterOfParts(method)) {
                    visit(get(part, method));
                }
            }
        }
    }

    private static String text(Object part) {
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

    private static boolean isModel(Object part) {
        return part instanceof ExpressionDefinition || part != null && part.getClass().getName().startsWith(MODEL);
    }

    /** The model has no visitor; its parts are what its public getters give. */
    private static boolean isGetterOfParts(Method method) {
        Class<?> type = method.getReturnType();
        return method.getName().startsWith("get") && method.getParameterCount() == 0
                && (Collection.class.isAssignableFrom(type) || type.getName().startsWith(MODEL));
    }

    private static Object get(Object part, Method method) {
        try {
            return method.invoke(part);
        } catch (IllegalAccessException | InvocationTargetException e) {
            // a part that can't be looked into is no reason to refuse the route
            return null;
        }
    }
}
