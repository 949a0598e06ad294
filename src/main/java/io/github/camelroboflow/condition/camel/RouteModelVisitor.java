package io.github.camelroboflow.condition.camel;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.apache.camel.LineNumberAware;
import org.apache.camel.model.LogDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ThrowExceptionDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.language.ExpressionDefinition;

/** Visits the parts of a route's model that its public getters return, at any depth. Camel has no visitor for it. */
final class RouteModelVisitor {

    private static final String MODEL = "org.apache.camel.model.";

    private final Set<Object> visited = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Visitor visitor;

    /** A callback for each part. */
    @FunctionalInterface
    interface Visitor {

        /** @param line the line in the route's file of the step with the part; 0 if unknown */
        void visit(Object part, int line);
    }

    private RouteModelVisitor(Visitor visitor) {
        this.visitor = visitor;
    }

    static void visit(RouteDefinition route, Visitor visitor) {
        new RouteModelVisitor(visitor).visit(route, 0);
    }

    private void visit(Object part, int lineOfParent) {
        if (part instanceof Collection<?> parts) {
            parts.forEach(each -> visit(each, lineOfParent));
        } else if (isModel(part) && visited.add(part)) {
            int line = part instanceof LineNumberAware aware && aware.getLineNumber() > 0 ? aware.getLineNumber() : lineOfParent;
            visitor.visit(part, line);
            for (Method method : part.getClass().getMethods()) {
                if (isGetterOfParts(method)) {
                    visit(get(part, method), line);
                }
            }
        }
    }

    private static boolean isModel(Object part) {
        return part instanceof ExpressionDefinition || part != null && part.getClass().getName().startsWith(MODEL);
    }

    private static boolean isGetterOfParts(Method method) {
        Class<?> type = method.getReturnType();
        return method.getName().startsWith("get") && method.getParameterCount() == 0
                && (Collection.class.isAssignableFrom(type) || type.getName().startsWith(MODEL));
    }

    private static Object get(Object part, Method method) {
        try {
            return method.invoke(part);
        } catch (IllegalAccessException | InvocationTargetException e) {
            // a getter that fails must not prevent the route from starting
            return null;
        }
    }

    /**
     * Finds the texts of the Simple language in a route: its expressions at any depth, and texts that may contain
     * expressions.
     */
    static final class SimpleExpressions {

        private static final String SIMPLE = "simple";

        private SimpleExpressions() {
        }

        static List<String> in(RouteDefinition route) {
            List<String> texts = new ArrayList<>();
            RouteModelVisitor.visit(route, (part, line) -> {
                String text = of(part);
                if (text != null) {
                    texts.add(text);
                }
            });
            return texts;
        }

        /** Returns the Simple text of a part of a route; {@code null} if it has none. */
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
}
