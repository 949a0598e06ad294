/**
 * Writes results in the formats of annotation tools and training programs: COCO, YOLO, Pascal VOC, LabelMe and CSV.
 * {@link io.github.camelroboflow.export.ExportFormat} is the entry point: one document for one image, or a data set of
 * many. {@link io.github.camelroboflow.export.ExportDataFormat} has the Camel data formats.
 */
package io.github.camelroboflow.export;
