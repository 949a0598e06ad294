package io.github.camelroboflow.embedded.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.embedded.EmbeddedEngine;
import io.github.camelroboflow.embedded.TestModels;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowException;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The libraries are optional dependencies. The message for an application without them names the ones to add. */
class NativeLibrariesTest {

    @ParameterizedTest
    @ValueSource(strings = {"onnxruntime", "bytedeco"})
    void missingLibrariesAreNamed(String missing) throws IOException, ReflectiveOperationException {
        URL[] others = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains(missing)).map(NativeLibrariesTest::url).toArray(URL[]::new);
        try (URLClassLoader loader = new URLClassLoader(others, ClassLoader.getPlatformClassLoader())) {
            Object engine = loader.loadClass(EmbeddedEngine.class.getName()).getConstructor(Path.class)
                    .newInstance(TestModels.SHIPPED);
            Object model = loader.loadClass(ModelId.class.getName()).getConstructor(String.class).newInstance("parts-detect/1");

            assertThat(engine).isNotInstanceOf(InferenceEngine.class);
            assertThatThrownBy(() -> engine.getClass().getMethod("open", model.getClass()).invoke(engine, model))
                    .isInstanceOf(InvocationTargetException.class).cause()
                    .satisfies(error -> assertThat(error.getClass().getName()).isEqualTo(RoboflowException.class.getName()))
                    .hasMessageContaining("runtime=embedded").hasMessageContaining("com.microsoft.onnxruntime:onnxruntime")
                    .hasMessageContaining("org.bytedeco:opencv");
        }
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
