package io.github.camelroboflow.hosted;

/**
 * An image in a dataset.
 *
 * @param id        Roboflow's id of it
 * @param duplicate whether the dataset had the same image already, which then has that id
 */
public record UploadedImage(String id, boolean duplicate) {
}
