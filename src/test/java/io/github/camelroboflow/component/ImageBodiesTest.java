package io.github.camelroboflow.component;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.component.fixture.FakeEngine;
import io.github.camelroboflow.component.fixture.FakeEngineContext;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InvalidImageException;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.converter.stream.InputStreamCache;
import org.apache.camel.converter.stream.ReaderCache;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ImageBodiesTest {

    private static final String IMAGE = "the image's bytes";

    @TempDir
    Path folder;

    private final FakeEngineContext camel = new FakeEngineContext();

    @AfterEach
    void stop() {
        camel.close();
    }

    private static byte[] bytes() {
        return IMAGE.getBytes(UTF_8);
    }

    private Path file() throws IOException {
        return Files.write(folder.resolve("a b.jpg"), bytes());
    }

    static Stream<Arguments> bodies() {
        return Stream.of(Arguments.of("byte[]", bytes()), Arguments.of("InputStream", new ByteArrayInputStream(bytes())),
                Arguments.of("ByteBuffer", ByteBuffer.wrap(bytes())),
                Arguments.of("direct ByteBuffer", ByteBuffer.allocateDirect(50).put(bytes()).flip()),
                Arguments.of("read-only ByteBuffer", ByteBuffer.wrap(bytes()).asReadOnlyBuffer()),
                Arguments.of("part of a ByteBuffer", ByteBuffer.wrap(("xx" + IMAGE + "yy").getBytes(UTF_8), 2, bytes().length)),
                Arguments.of("part of a ByteBuf", Unpooled.wrappedBuffer(("xx" + IMAGE + "yy").getBytes(UTF_8))
                        .slice(2, bytes().length)),
                Arguments.of("direct ByteBuf", Unpooled.directBuffer().writeBytes(bytes())),
                Arguments.of("pooled ByteBuf", PooledByteBufAllocator.DEFAULT.heapBuffer().writeBytes(bytes())),
                Arguments.of("composite ByteBuf", Unpooled.wrappedBuffer(Arrays.copyOf(bytes(), 5), Arrays.copyOfRange(bytes(), 5,
                        bytes().length))),
                Arguments.of("StreamCache", new InputStreamCache(bytes())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void bytesOfAnyKindAreTheImage(String kind, Object body) {
        Exchange exchange = camel.send(body);

        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getBody()).isInstanceOf(Inference.class);
        assertThat(camel.engine.onlyCall().texts()).containsExactly(IMAGE);
        assertThat(camel.engine.onlyCall().names()).containsExactly("message body");
    }

    @Test
    void filesAndPathsAreReadAndKnownByTheirNames() throws IOException {
        assertThat(camel.send(file()).getException()).isNull();
        assertThat(camel.send(file().toFile()).getException()).isNull();

        assertThat(camel.engine.calls).extracting(FakeEngine.Call::texts).containsOnly(List.of(IMAGE));
        assertThat(camel.engine.calls).extracting(FakeEngine.Call::names).containsOnly(List.of("a b.jpg"));
    }

    /** An image of a bucket was reported by the name of the file that it was downloaded to. */
    @Test
    void aFileOfASourceThatNamesTheImageHasThatName() throws IOException {
        File file = file().toFile();

        camel.send(FakeEngineContext.ENDPOINT, exchange -> {
            exchange.setProperty("CamelRoboflowImageName", "line 1/a.jpg");
            exchange.getMessage().setBody(file);
        });

        assertThat(camel.engine.onlyCall().names()).containsExactly("line 1/a.jpg");
    }

    /** An image that camel-platform-http had stored was reported by the random name of its file. */
    @Test
    void aFileOfAMessageThatNamesItHasThatName() throws IOException {
        camel.send(FakeEngineContext.ENDPOINT, file().toFile(), Map.of(Exchange.FILE_NAME, "upload.jpg"));

        assertThat(camel.engine.onlyCall().names()).containsExactly("upload.jpg");
    }

    @Test
    void aFileRoutesImageIsKnownByItsPathInTheFolder() throws IOException {
        Files.write(Files.createDirectory(folder.resolve("sub")).resolve("a b.jpg"), bytes());
        try (FakeEngineContext routes = new FakeEngineContext(new RouteBuilder() {
            @Override
            public void configure() {
                fromF("file:%s?recursive=true&noop=true&initialDelay=0", folder).to(FakeEngineContext.ENDPOINT);
            }
        })) {
            await().until(() -> !routes.engine.calls.isEmpty());
            assertThat(routes.engine.onlyCall().texts()).containsExactly(IMAGE);
            assertThat(routes.engine.onlyCall().names()).containsExactly("sub" + File.separator + "a b.jpg");
        }
    }

    @Test
    void aPictureInMemoryIsTheSamePictureAsPng() throws IOException {
        BufferedImage picture = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
        picture.setRGB(1, 1, 0xff8800);

        assertThat(camel.send(picture).getException()).isNull();
        BufferedImage seen = ImageIO.read(new ByteArrayInputStream(camel.engine.onlyCall().images().get(0).bytes()));
        assertThat(seen.getRGB(1, 1)).isEqualTo(0xffff8800);
    }

    static Stream<Object> texts() {
        return Stream.of("http://example.com/a.jpg", "/srv/a.jpg", new StringBuilder("a.jpg"), new StringReader("a.jpg"),
                new ReaderCache("a.jpg"));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void textIsNeverTakenForAnImageAPathOrAUrl(Object text) {
        assertThat(camel.send(text).getException()).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("message body is text, and text is never taken for an image, a path or a URL:"
                        + " send the image's bytes or a File");
        assertThat(camel.engine.calls).isEmpty();
    }

    @Test
    void withoutABodyThereIsNoImage() {
        assertThat(camel.send(null).getException()).isInstanceOf(InvalidImageException.class)
                .hasMessage("message body holds no image: it is empty");
    }

    @Test
    void anObjectOfAnotherTypeIsRefused() {
        assertThat(camel.send(Map.of("a", 1)).getException()).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("which can't be converted to an image's bytes");
    }

    @Test
    void anEarlierResultIsNotTakenForAnImage() {
        Object result = camel.send(bytes()).getMessage().getBody();

        assertThat(camel.send(result).getException()).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("message body is the result of an earlier inference, not an image: to run an image through several"
                        + " models, keep it as the body with variableReceive");
    }

    @Test
    void aFailedConversionDoesNotBreakOtherTypes() throws IOException {
        camel.send(Map.of("a", 1));
        camel.send(new Object());

        for (Object body : new Object[] {bytes(), new ByteArrayInputStream(bytes()), ByteBuffer.wrap(bytes()), file(),
            file().toFile(), new InputStreamCache(bytes())}) {
            assertThat(camel.send(body).getException()).as(body.getClass().getName()).isNull();
        }
        assertThat(camel.engine.calls).hasSize(6).extracting(FakeEngine.Call::texts).containsOnly(List.of(IMAGE));
    }

    @Test
    void theFileNameHeaderAndTheObjectKeyNameTheImage() {
        camel.send(FakeEngineContext.ENDPOINT, bytes(), Map.of(Exchange.FILE_NAME, "camera 1/a.jpg"));
        camel.send(FakeEngineContext.ENDPOINT, bytes(), Map.of("CamelAwsS3Key", "b.jpg"));

        assertThat(camel.engine.calls).extracting(FakeEngine.Call::names)
                .containsExactly(List.of("camera 1/a.jpg"), List.of("b.jpg"));
    }

    /** A device was read, and a pipe without a writer would have blocked the caller for ever. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aDeviceIsNotRead() {
        assertThat(camel.send(Path.of("/dev/null")).getException()).isInstanceOf(InvalidImageException.class)
                .hasMessage("the image null can't be read: it is a folder, a pipe or a device, not a file");
    }

    @Test
    void aMissingFileIsReported() {
        assertThat(camel.send(folder.resolve("gone.jpg")).getException()).isInstanceOf(InvalidImageException.class)
                .hasMessage("the image gone.jpg has no file: it was removed before it was read, or was never there");
    }

    @Test
    void aFolderIsNoImage() {
        assertThat(camel.send(folder.getRoot()).getException()).hasMessageStartingWith("the image / can't be read");
    }

    @Test
    void aStreamIsThereAgainAfterAFailure() throws IOException {
        camel.engine.fails(new InvalidImageException("damaged"));

        for (Object stream : List.of(new ByteArrayInputStream(bytes()), new InputStreamCache(bytes()))) {
            Exchange exchange = camel.send(stream);
            assertThat(exchange.getException()).hasMessage("damaged");
            assertThat(exchange.getMessage().getBody(InputStream.class).readAllBytes()).asString(UTF_8).isEqualTo(IMAGE);
        }
    }

    @Test
    void aBufferIsNotUsedUp() {
        ByteBuffer buffer = ByteBuffer.wrap(bytes());
        camel.send(buffer);
        camel.send(buffer);

        assertThat(camel.engine.calls).extracting(FakeEngine.Call::texts).containsExactly(List.of(IMAGE), List.of(IMAGE));
    }
}
