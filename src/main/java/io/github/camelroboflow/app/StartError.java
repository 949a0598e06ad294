package io.github.camelroboflow.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.camel.PropertyBindingException;

/** Finds in an exception the one sentence that tells a person why the program could not start. */
final class StartError {

    private StartError() {
    }

    static String sentence(Throwable error) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable cause = error; cause != null && chain.size() < 20; cause = cause.getCause()) {
            chain.add(cause);
        }
        Optional<PropertyBindingException> property = chain.stream().filter(PropertyBindingException.class::isInstance)
                .map(PropertyBindingException.class::cast).findFirst();
        Throwable ours = chain.stream().filter(StartError::isOurs).findFirst().orElse(chain.get(chain.size() - 1));
        if (property.isPresent() && !isOurs(ours)) {
            PropertyBindingException wrong = property.get();
            String target = wrong.getTarget().getClass().getSimpleName();
            // the value of an option that doesn't exist may be a key under a misspelt name
            return wrong.getCause() == null ? "there is no option " + wrong.getPropertyName() + " of " + target
                    : wrong.getPropertyName() + "=" + wrong.getValue() + " can't be set on " + target
                            + ": that is no value for this option";
        }
        String message = Objects.toString(ours.getMessage(), "").strip().replaceAll("\\s*[\\r\\n]+\\s*", " ");
        boolean tells = isOurs(ours) || ours instanceof IllegalArgumentException || message.contains(" ");
        return tells && !message.isEmpty() ? message : ours.getClass().getSimpleName() + ": " + message;
    }

    /** Exceptions of our own are written for people, whatever wraps them or caused them. */
    private static boolean isOurs(Throwable error) {
        return error.getClass().getName().startsWith("io.github.camelroboflow.");
    }
}
