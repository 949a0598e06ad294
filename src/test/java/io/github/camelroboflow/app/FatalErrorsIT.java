package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelroboflow.app.fixture.ProgramProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shows that errors which only a restart heals end the program, so that its supervisor starts it again. */
class FatalErrorsIT {

    @TempDir
    Path data;

    /** A step that does harm to the program, in its process. */
    public static final class Harm implements Processor {

        private String kind;

        public void setKind(String kind) {
            this.kind = kind;
        }

        @Override
        public void process(Exchange exchange) {
            if (kind.equals("thread")) {
                new Thread(() -> {
                    throw new StackOverflowError();
                }, "library").start();
            } else {
                throw new NoClassDefFoundError("Could not initialize class org.example.Library");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            thread | the thread library ended with an error: java.lang.StackOverflowError
            class  | a class can't be used (java.lang.NoClassDefFoundError: Could not initialize class org.example.Library)
            """)
    void exitCode70AndOneLine(String kind, String words) throws IOException {
        Path route = Files.writeString(data.resolve("harm.camel.yaml"), """
                - route:
                    id: harm
                    errorHandler:
                      noErrorHandler: {}
                    from:
                      uri: timer:harm
                      parameters:
                        delay: 2000
                        repeatCount: 1
                      steps:
                        - process:
                            ref: "#harm"
                - beans:
                    - name: harm
                      type: io.github.camelroboflow.app.FatalErrorsIT$Harm
                      properties:
                        kind: %s
                """.formatted(kind));
        try (ProgramProcess program = ProgramProcess.start(data, Map.of("camel.main.routesIncludePattern",
                "file:routes/watch-folder.camel.yaml,file:routes/by-class.camel.yaml,file:" + route.toAbsolutePath()))) {
            assertThat(program.exitCode()).isEqualTo(FatalErrors.EXIT_CODE);
            assertThat(program.output().lines().filter(line -> line.startsWith("Ended, to be started again: "))).hasSize(1)
                    .first().asString().contains(words);
        }
    }
}
