package io.github.camelroboflow.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApplicationIT {

    @TempDir
    Path data;

    /** It ran on without having said what it does, and Ctrl-C did not end it. */
    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, NoClassDefFoundError.class, StackOverflowError.class})
    void whatFailsWhenTheRoutesRunAlreadyEndsTheProgram(Class<? extends Throwable> type) {
        Application application = new Application(new PrintStream(new ByteArrayOutputStream()));
        for (String folder : List.of("inbox", "work", "done", "failed", "results")) {
            application.addOverrideProperty(folder, data.resolve(folder).toString());
        }
        application.addOverrideProperty("samples.enabled", "false");
        application.addOverrideProperty("page.enabled", "false");
        application.addMainListener(new MainListenerSupport() {
            @Override
            public void afterStart(BaseMainSupport main) {
                throw sneaky(type);
            }
        });

        assertThatThrownBy(() -> application.run(new String[0])).hasRootCauseInstanceOf(type);
        assertThat(application.getCamelContext().isStopped()).isTrue();
    }

    private static RuntimeException sneaky(Class<? extends Throwable> type) {
        try {
            throw type.getConstructor(String.class).newInstance("half-way");
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
