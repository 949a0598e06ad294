package io.github.camelroboflow.app;

import io.github.camelroboflow.app.validation.KnownProperties.OptionNames;
import io.github.camelroboflow.condition.ConditionSyntaxException;
import io.github.camelroboflow.inference.support.ConfigurationException;
import io.github.camelroboflow.inference.support.MessageText;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.camel.PropertyBindingException;

/** Extracts from an exception the sentence that says why the program could not start. */
final class StartError {

    private static final int LONGEST = 500;

    private StartError() {
    }

    /** Returns a sentence for each mistake that was found. */
    static List<String> sentences(Throwable error) {
        return chain(error).stream().filter(ConfigurationException.class::isInstance).map(ConfigurationException.class::cast)
                .findFirst().map(wrong -> wrong.errors().stream().map(StartError::line).toList())
                .orElseGet(() -> List.of(sentence(error)));
    }

    /** Returns whether a text in a route is no condition. */
    static boolean isCondition(Throwable error) {
        return chain(error).stream().anyMatch(ConditionSyntaxException.class::isInstance);
    }

    private static List<Throwable> chain(Throwable error) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable cause = error; cause != null && chain.size() < 20; cause = cause.getCause()) {
            chain.add(cause);
        }
        return chain;
    }

    private static String line(String text) {
        String line = MessageText.printable(text.strip().replaceAll("\\s*[\\r\\n]+\\s*", " "));
        return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
    }

    static String sentence(Throwable error) {
        List<Throwable> chain = chain(error);
        Optional<PropertyBindingException> property = chain.stream().filter(PropertyBindingException.class::isInstance)
                .map(PropertyBindingException.class::cast).findFirst();
        Throwable ours = chain.stream().filter(StartError::isOurs).findFirst().orElseGet(() -> innermost(chain));
        if (property.isPresent() && !isOurs(ours)) {
            PropertyBindingException wrong = property.get();
            String target = wrong.getTarget().getClass().getSimpleName();
            // the value of an option that doesn't exist may be a key under a misspelt name
            return wrong.getCause() == null ? "there is no option " + wrong.getPropertyName() + " of " + target
                    + OptionNames.suggestion(wrong.getTarget(), wrong.getPropertyName())
                    .map(meant -> ": did you mean " + meant + "?")
                            .orElse("")
                    : wrong.getPropertyName() + "=" + wrong.getValue() + " can't be set on " + target
                            + ": that is no value for this option";
        }
        String message = line(Objects.toString(ours.getMessage(), ""));
        boolean tells = isOurs(ours) || ours instanceof IllegalArgumentException || message.contains(" ");
        return tells && !message.isEmpty() ? message : line(ours.getClass().getSimpleName() + ": " + message);
    }

    /** Returns the root cause. Skips exceptions of {@code java.net}, because the exception above knows the address. */
    private static Throwable innermost(List<Throwable> chain) {
        for (int i = chain.size() - 1; i > 0; i--) {
            if (!chain.get(i).getClass().getName().startsWith("java.net.")) {
                return chain.get(i);
            }
        }
        return chain.get(0);
    }

    /** Returns whether the exception is ours or was thrown by our code: its message is written for people. */
    private static boolean isOurs(Throwable error) {
        StackTraceElement[] trace = error.getStackTrace();
        return isOurs(error.getClass().getName())
                || error instanceof IllegalArgumentException && trace.length > 0 && isOurs(trace[0].getClassName());
    }

    private static boolean isOurs(String className) {
        return className.startsWith("io.github.camelroboflow.");
    }
}
