package io.github.camelroboflow.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file of a test's own in the place of {@code routes/by-class.camel.yaml}. */
public final class Table {

    private final List<String> filters = new ArrayList<>();
    private String rest = "";

    /** @param destinations URIs, such as {@code kamelet:queue?name=alerts} */
    public Table when(String condition, String... destinations) {
        filters.add("""
                - filter:
                    expression:
                      language:
                        language: roboflow
                        expression: '%s'
                    steps:
                %s""".formatted(condition.replace("'", "''"), steps(destinations).indent(6)));
        return this;
    }

    /** As an operator writes it: the address is a parameter of its own. */
    Table whenAtWebhook(String condition, String url) {
        filters.add("""
                - filter:
                    expression:
                      language:
                        language: roboflow
                        expression: '%s'
                    steps:
                      - to:
                          uri: kamelet:webhook
                          parameters:
                            url: %s
                """.formatted(condition, url));
        return this;
    }

    /** As an operator writes it, with a parameter in YAML's quotes. */
    Table whenAt(String condition, String destination, String parameter, String value) {
        filters.add("""
                - filter:
                    expression:
                      language:
                        language: roboflow
                        expression: '%s'
                    steps:
                      - to:
                          uri: kamelet:%s
                          parameters:
                            %s: '%s'
                """.formatted(condition, destination, parameter, value));
        return this;
    }

    public Table otherwise(String... destinations) {
        rest = route("everything-else", steps(destinations));
        return this;
    }

    private static String steps(String... destinations) {
        StringBuilder steps = new StringBuilder();
        for (String destination : destinations) {
            steps.append("- to: '").append(destination).append("'\n");
        }
        return steps.toString();
    }

    private static String route(String name, String steps) {
        return """
                - route:
                    id: %s
                    errorHandler:
                      noErrorHandler: {}
                    from:
                      uri: direct:%s
                      steps:
                %s""".formatted(name, name, steps.indent(8));
    }

    public Path write(Path folder) {
        try {
            return Files.writeString(folder.resolve("by-class.camel.yaml"), route("by-class", String.join("", filters)) + rest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
