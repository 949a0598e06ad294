package io.github.camelroboflow.condition.camel;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.apache.camel.LineNumberAware;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.language.ExpressionDefinition;

/** Goes through the parts of a route's model, which has no visitor: those that its public getters give, at whatever depth. */
final class RouteParts {

    private static final String MODEL = "org.apache.camel.model.";

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Visitor visitor;

    /** Is told of each part. */
    @FunctionalInterface
    interface Visitor {

        /** @param line of the step that the part belongs to, in the route's file; 0 if that is not known */
        void visit(Object part, int line);
    }

    private RouteParts(Visitor visitor) {
        this.visitor = visitor;
    }

    static void visit(RouteDefinition route, Visitor visitor) {
        new RouteParts(visitor).visit(route, 0);
    }

    private void visit(Object part, int lineOfParent) {
        if (part instanceof Collection<?> parts) {
            parts.forEach(each -> visit(each, lineOfParent));
        } else if (isModel(part) && seen.add(part)) {
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
            // a part that can't be looked into is no reason to refuse the route
            return null;
        }
    }
}
