package io.github.camelroboflow.component;

import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InvalidImageException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;

/** Finds the image, or the batch of images, in a message's body. */
final class MessageImages {

    private static final String BODY = "message body";

    private MessageImages() {
    }

    /** Whether the body is a batch. */
    static boolean isBatch(Message message) {
        return message.getBody() instanceof List;
    }

    /**
     * The images of the body, one unless it is a batch, read into memory.
     *
     * @throws InvalidImageException    if there is no image
     * @throws IllegalArgumentException if the body is of a type that can't be an image
     */
    static List<ImageSource> of(Exchange exchange) {
        Message message = exchange.getMessage();
        if (message.getBody() instanceof List<?> batch) {
            List<ImageSource> images = new ArrayList<>(batch.size());
            for (int i = 0; i < batch.size(); i++) {
                images.add(image(exchange, batch.get(i), "image " + (i + 1) + " of " + batch.size()));
            }
            return images;
        }
        return List.of(image(exchange, message.getBody(), name(message)));
    }

    private static String name(Message message) {
        for (String header : List.of(Exchange.FILE_NAME, "CamelAwsS3Key")) {
            String name = message.getHeader(header, String.class);
            if (name != null && !name.isBlank()) {
                return name;
            }
        }
        return BODY;
    }

    private static ImageSource image(Exchange exchange, Object body, String name) {
        if (body == null) {
            throw new InvalidImageException(name + " holds no image: it is empty");
        }
        if (body instanceof WrappedFile<?> wrapped && wrapped.getFile() instanceof File file) {
            return file(name.equals(BODY) ? file.getName() : name, file.toPath());
        }
        if (body instanceof File file) {
            return file(file.getName(), file.toPath());
        }
        if (body instanceof Path path) {
            return file(path.getFileName().toString(), path);
        }
        if (body instanceof BufferedImage picture) {
            return ImageSource.of(name, png(picture));
        }
        if (body instanceof String) {
            throw new IllegalArgumentException(name + " is text, and text is never taken for an image, a path or a URL:"
                    + " send the image's bytes or a File");
        }
        byte[] bytes = exchange.getContext().getTypeConverter().tryConvertTo(byte[].class, exchange, body);
        if (body instanceof StreamCache stream) {
            stream.reset();
        }
        if (bytes == null) {
            throw new IllegalArgumentException(name + " is a " + body.getClass().getName()
                    + ", which can't be converted to an image's bytes");
        }
        return ImageSource.of(name, bytes);
    }

    private static ImageSource file(String name, Path path) {
        try {
            return ImageSource.of(name, Files.readAllBytes(path));
        } catch (NoSuchFileException e) {
            throw new InvalidImageException("the image " + name + " is gone: its file was removed before it was read", e);
        } catch (AccessDeniedException e) {
            throw new InvalidImageException("the image " + name + " may not be read: check its permissions", e);
        } catch (IOException e) {
            throw new UncheckedIOException("the image " + name + " can't be read: " + e.getMessage(), e);
        }
    }

    private static byte[] png(BufferedImage picture) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return png.toByteArray();
    }
}
