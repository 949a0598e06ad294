package io.github.camelroboflow.embedded.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelroboflow.embedded.EmbeddedEngine;
import io.github.camelroboflow.embedded.TestModels;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.RoboflowException;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The libraries are optional dependencies. The message for an application without them says what to do. */
class NativeLibrariesTest {

    @ParameterizedTest
    @ValueSource(strings = {"onnxruntime", "bytedeco"})
    void missingLibrariesAreNamed(String missing) {
        assertThatThrownBy(() -> openWithout(missing)).hasMessageContaining("runtime=embedded")
                .hasMessageEndingWith("add com.microsoft.onnxruntime:onnxruntime and org.bytedeco:opencv-platform to the"
                        + " application's dependencies");
    }

    /** As in an application that was built for another platform. */
    @Test
    void missingFilesOfThePlatformAreNotAnsweredWithDependenciesThatAreThere() {
        String platform = Loader.getPlatform();

        assertThatThrownBy(() -> openWithout("-" + platform + ".jar"))
                .hasMessageContainingAll("glibc 2.35", "their files for " + platform,
                        "-Djavacpp.platform=" + platform, "runtime=hosted")
                .hasMessageNotContaining("com.microsoft.onnxruntime:onnxruntime");
    }

    /**
     * Opens a model in a class loader that has not the jars with this text in their name, and then again, as the reasons of the JVM
     * differ the second time. Then the engine can be closed.
     */
    private static void openWithout(String missing) throws Throwable {
        URL[] others = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains(missing)).map(NativeLibrariesTest::url).toArray(URL[]::new);
        // stays open: the engine's threads end later, and need classes then
        URLClassLoader loader = new URLClassLoader(others, ClassLoader.getPlatformClassLoader());
        try {
            Object engine = loader.loadClass(EmbeddedEngine.class.getName()).getConstructor(Path.class)
                    .newInstance(TestModels.SHIPPED);
            Object model = loader.loadClass(ModelId.class.getName()).getConstructor(String.class).newInstance("parts-detect/1");
            assertThat(engine).isNotInstanceOf(InferenceEngine.class);
            Method open = engine.getClass().getMethod("open", model.getClass());
            assertThatThrownBy(() -> open.invoke(engine, model)).isInstanceOf(InvocationTargetException.class);
            try {
                open.invoke(engine, model);
            } finally {
                engine.getClass().getMethod("close").invoke(engine);
            }
        } catch (InvocationTargetException e) {
            assertThat(e.getCause().getClass().getName()).isEqualTo(RoboflowException.class.getName());
            throw e.getCause();
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
