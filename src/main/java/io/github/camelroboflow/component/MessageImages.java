package io.github.camelroboflow.component;

import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.InvalidImageException;
import io.github.camelroboflow.inference.support.ContractNames;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.WrappedFile;
import org.apache.camel.converter.stream.InputStreamCache;

/** Finds the image, or the batch of images, in a message's body. */
final class MessageImages {

    private static final String BODY = "message body";

    /** The form in which a body is read. */
    enum Reading {
        /** The image's bytes. */
        INTO_MEMORY,
        /** The image's bytes; a file is read only when they are needed. */
        FROM_DISK,
        /** The URL in the body, for a server to fetch. */
        AS_URL
    }

    private MessageImages() {
    }

    /** Returns whether the message named the image. */
    static boolean hasName(ImageSource image) {
        return !image.name().equals(BODY);
    }

    /** Returns the images of the body if it is a batch. */
    static Optional<List<?>> batch(Message message) {
        return message.getBody() instanceof List<?> batch ? Optional.of(batch) : Optional.empty();
    }

    /**
     * Returns the image that is the body. A stream is read into memory and stays readable.
     *
     * @throws InvalidImageException    if there is no image
     * @throws IllegalArgumentException if the body is of a type that can't be an image
     */
    static ImageSource single(Exchange exchange, Reading reading) {
        Message message = exchange.getMessage();
        Object body = message.getBody();
        ImageSource image = image(exchange, body, name(message), reading);
        if (body instanceof InputStream && !(body instanceof StreamCache)) {
            message.setBody(new InputStreamCache(bytes(image)));
        }
        return image;
    }

    /** Returns the image that a value holds, such as a variable's. Fails as {@link #single}. */
    static ImageSource of(Exchange exchange, Object value) {
        return image(exchange, value, name(exchange.getMessage()), Reading.INTO_MEMORY);
    }

    /** Returns the name of an image of a batch. */
    static String name(List<?> batch, int index) {
        Object element = batch.get(index);
        if (element instanceof WrappedFile<?> wrapped && wrapped.getFile() instanceof File file) {
            return file.getName();
        }
        return element instanceof File || element instanceof Path ? fileName(element)
                : "image " + (index + 1) + " of " + batch.size();
    }

    /** Returns an image of a batch. Fails as {@link #single}. */
    static ImageSource image(Exchange exchange, List<?> batch, int index, Reading reading) {
        return image(exchange, batch.get(index), name(batch, index), reading);
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

    private static ImageSource image(Exchange exchange, Object body, String name, Reading reading) {
        if (body == null) {
            throw new InvalidImageException(name + " holds no image: it is empty");
        }
        if (reading == Reading.AS_URL) {
            return url(body, name);
        }
        if (body instanceof WrappedFile<?> wrapped && wrapped.getFile() instanceof File file) {
            return file(name.equals(BODY) ? file.getName() : name, file.toPath(), reading);
        }
        if (body instanceof File file) {
            return file(knownName(exchange, file), file.toPath(), reading);
        }
        if (body instanceof Path path) {
            return file(knownName(exchange, path), path, reading);
        }
        if (body instanceof BufferedImage picture) {
            return ImageSource.of(name, png(picture));
        }
        if (body instanceof CharSequence || body instanceof Reader) {
            throw new IllegalArgumentException(name + " is text, and text is never taken for an image, a path or a URL:"
                    + " send the image's bytes or a File");
        }
        if (body instanceof Inference) {
            throw new IllegalArgumentException(name + " is the result of an earlier inference, not an image: to run an image"
                    + " through several models, keep it as the body with variableReceive");
        }
        return ImageSource.of(name, bytes(exchange, body, name));
    }

    /**
     * Returns the name that the source gave the image, as sources that download to their own files do; otherwise the file's name.
     */
    private static String knownName(Exchange exchange, Object file) {
        String name = exchange.getMessage().getBody() == file ? exchange.getProperty(ContractNames.IMAGE_NAME, String.class) : null;
        return name == null || name.isBlank() ? fileName(file) : name;
    }

    private static String fileName(Object file) {
        Path path = file instanceof File old ? old.toPath() : (Path) file;
        return path.getFileName() == null ? path.toString() : path.getFileName().toString();
    }

    /**
     * Reads the bytes. Frequent types are read without Camel's converters: after a failed conversion of another object, Camel may
     * no longer find the converters.
     */
    private static byte[] bytes(Exchange exchange, Object body, String name) {
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        if (body instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        if (body instanceof StreamCache cache) {
            return cached(cache, name);
        }
        if (body instanceof InputStream stream) {
            try (stream) {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw unreadable(name, e);
            }
        }
        byte[] bytes = exchange.getContext().getTypeConverter().tryConvertTo(byte[].class, exchange, body);
        if (bytes == null) {
            throw new IllegalArgumentException(name + " is a " + body.getClass().getName()
                    + ", which can't be converted to an image's bytes");
        }
        return bytes;
    }

    private static byte[] cached(StreamCache cache, String name) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        cache.reset();
        try {
            cache.writeTo(bytes);
        } catch (IOException e) {
            throw unreadable(name, e);
        } finally {
            cache.reset();
        }
        return bytes.toByteArray();
    }

    private static byte[] bytes(ImageSource image) {
        try {
            return image.bytes();
        } catch (IOException e) {
            throw unreadable(image.name(), e);
        }
    }

    private static UncheckedIOException unreadable(String name, IOException e) {
        return new UncheckedIOException("the image " + name + " can't be read: " + e.getMessage(), e);
    }

    /** Names the image by the last part of the URL's path, since the rest may contain a signature. */
    private static ImageSource url(Object body, String name) {
        String text = body instanceof CharSequence || body instanceof URI || body instanceof URL ? body.toString().strip() : "";
        try {
            URI url = new URI(text);
            boolean web = "https".equalsIgnoreCase(url.getScheme()) || "http".equalsIgnoreCase(url.getScheme());
            if (web && url.getHost() != null) {
                String path = url.getPath().replaceFirst("/+$", "");
                return ImageSource.of(name.equals(BODY) ? path.substring(path.lastIndexOf('/') + 1) : name, url);
            }
        } catch (URISyntaxException e) {
            // reported below without the text, which may contain a signature
        }
        throw new IllegalArgumentException(name + " is no http or https URL as text, which imageInput=url takes: send one, or the"
                + " image's bytes with imageInput=file");
    }

    private static ImageSource file(String name, Path path, Reading reading) {
        if (reading == Reading.FROM_DISK && Files.isReadable(path)) {
            return ImageSource.of(name, path);
        }
        try {
            return ImageSource.of(name, Files.readAllBytes(path));
        } catch (NoSuchFileException e) {
            throw new InvalidImageException("the image " + name + " is gone: its file was removed before it was read", e);
        } catch (AccessDeniedException e) {
            throw new InvalidImageException("the image " + name + " may not be read: check its permissions", e);
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    private static byte[] png(BufferedImage picture) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        // ImageIO would use a temporary file for the array's stream itself
        try (ImageOutputStream stream = new MemoryCacheImageOutputStream(png)) {
            ImageIO.write(picture, "png", stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return png.toByteArray();
    }
}
