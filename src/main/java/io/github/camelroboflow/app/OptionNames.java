package io.github.camelroboflow.app;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** The options of a component, by the setters of its class and of its configuration's. */
final class OptionNames {

    private OptionNames() {
    }

    /** The option that a name looks like. */
    static Optional<String> meant(Object target, String name) {
        return Stream.concat(Stream.of(target.getClass()), configuration(target.getClass()).stream())
                .flatMap(type -> Arrays.stream(type.getMethods())).flatMap(method -> option(method).stream()).distinct().sorted()
                .filter(known -> KnownProperties.looksLike(name, known)).findFirst();
    }

    private static Optional<Class<?>> configuration(Class<?> type) {
        return Arrays.stream(type.getMethods()).filter(method -> method.getName().equals("getConfiguration"))
                .<Class<?>>map(Method::getReturnType).findFirst();
    }

    private static Optional<String> option(Method method) {
        String name = method.getName();
        return name.length() > 3 && name.startsWith("set") && method.getParameterCount() == 1
                ? Optional.of(Character.toLowerCase(name.charAt(3)) + name.substring(4)) : Optional.empty();
    }
}
