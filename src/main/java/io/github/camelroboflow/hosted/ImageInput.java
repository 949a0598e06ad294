package io.github.camelroboflow.hosted;

/** How an image gets to the server. */
public enum ImageInput {
    /** Its bytes, as the part {@code file} of a multipart body. */
    FILE,
    /** Its bytes as base64, a third more than they are. */
    BASE64,
    /** As a URL that the server fetches. */
    URL
}
