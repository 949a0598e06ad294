"""Losses of PartsNetwork: task-aligned detection, keypoints, instance masks, semantic segmentation.

Boxes are (left, top, right, bottom) in input pixels. `Batch` says what the targets look like.
"""

import math
from typing import NamedTuple

import torch
from torch.nn import functional

from network import CLASS_COUNT, KEY_POINT_COUNT, SEMANTIC_CLASS_COUNT, decode_boxes

WEIGHTS = {"classes": 1.0, "boxes": 4.0, "key_points": 4.0, "masks": 1.5, "semantics": 1.0}
"""Only bolts have keypoints, so there is little to learn from: a weight of 1.5 was too low."""

BOLT = 0
ASSIGNED_POINTS = 10
SCORE_POWER, IOU_POWER = 0.5, 6.0
SEMANTIC_CLASS_WEIGHTS = (0.7, 0.7, 1.2, 1.2, 2.5)
IGNORED_LABEL = 255
EPSILON = 1e-7


class Batch(NamedTuple):
    """A training batch; absent objects have class -1."""

    images: torch.Tensor  # float [batch, 3, size, size], 0..1
    instances: torch.Tensor  # uint8 [batch, size / 4, size / 4], an object's instance id or 0
    semantics: torch.Tensor  # uint8 [batch, size / 2, size / 2], 255 where it does not count
    boxes: torch.Tensor  # float [batch, objects, 4]
    class_ids: torch.Tensor  # int64 [batch, objects]
    key_points: torch.Tensor  # float [batch, objects, 2, 3]: x, y, visibility (0 = outside)
    instance_ids: torch.Tensor  # int64 [batch, objects]


class Assignment(NamedTuple):
    """Which anchor points answer for which object."""

    foreground: torch.Tensor  # bool [batch, points]
    object_index: torch.Tensor  # int64 [batch, points], valid where foreground
    quality: torch.Tensor  # float [batch, points], the class score to aim at, 0..1
    alignment: torch.Tensor  # float [batch, objects, points]


def compute_losses(network, batch):
    """The weighted losses by name, scalars that are to be summed."""
    heads, prototypes, semantic_logits, points, strides = network(batch.images)
    boxes = decode_boxes(heads["boxes"], points, strides)
    scores = heads["classes"].transpose(1, 2)
    assignment = assign(scores.detach(), boxes.detach(), points, batch)
    losses = {
        "classes": class_loss(scores, assignment, batch),
        "boxes": box_loss(boxes, assignment, batch),
        "key_points": key_point_loss(heads["key_points"], points, strides, assignment, batch),
        "masks": mask_loss(heads["mask_coefficients"], prototypes, assignment, batch),
        "semantics": semantic_loss(semantic_logits, batch.semantics),
    }
    return {name: WEIGHTS[name] * loss for name, loss in losses.items()}


def iou(first, second):
    """Intersection over union of boxes, pair by pair; the leading dimensions broadcast."""
    return _overlap(first, second)[0]


def complete_iou(first, second):
    """IoU less penalties for distant centres and different aspect ratios (CIoU)."""
    overlap, (width1, height1), (width2, height2) = _overlap(first, second)
    hull_width = torch.maximum(first[..., 2], second[..., 2]) - torch.minimum(first[..., 0], second[..., 0])
    hull_height = torch.maximum(first[..., 3], second[..., 3]) - torch.minimum(first[..., 1], second[..., 1])
    offset_x = (first[..., 0] + first[..., 2] - second[..., 0] - second[..., 2]) / 2
    offset_y = (first[..., 1] + first[..., 3] - second[..., 1] - second[..., 3]) / 2
    distance = (offset_x**2 + offset_y**2) / (hull_width**2 + hull_height**2 + EPSILON)
    angle = torch.atan(width2 / (height2 + EPSILON)) - torch.atan(width1 / (height1 + EPSILON))
    aspect = (4 / math.pi**2) * angle**2
    with torch.no_grad():
        aspect_weight = aspect / (aspect - overlap + 1 + EPSILON)
    return overlap - distance - aspect * aspect_weight


def _overlap(first, second):
    width = (
        torch.minimum(first[..., 2], second[..., 2]) - torch.maximum(first[..., 0], second[..., 0])
    ).clamp(0)
    height = (
        torch.minimum(first[..., 3], second[..., 3]) - torch.maximum(first[..., 1], second[..., 1])
    ).clamp(0)
    size1 = first[..., 2] - first[..., 0], first[..., 3] - first[..., 1]
    size2 = second[..., 2] - second[..., 0], second[..., 3] - second[..., 1]
    intersection = width * height
    union = size1[0] * size1[1] + size2[0] * size2[1] - intersection + EPSILON
    return intersection / union, size1, size2


@torch.no_grad()
def assign(scores, boxes, points, batch):
    """Task-aligned assignment: each object takes the points inside it that already predict it best.

    `scores` are logits [batch, points, classes], `boxes` [batch, points, 4].
    """
    inside = _points_in_boxes(points, batch.boxes) & (batch.class_ids >= 0)[..., None]
    class_of_object = batch.class_ids.clamp(0)[..., None].expand(-1, -1, scores.shape[1])
    score = scores.sigmoid().transpose(1, 2).gather(1, class_of_object)
    overlap = iou(batch.boxes[:, :, None], boxes[:, None]).clamp(0)
    # The tiny constant lets the top-k prefer points inside the box even while every overlap is still zero.
    alignment = (score**SCORE_POWER * overlap**IOU_POWER) * inside + inside * 1e-9
    best = alignment.topk(ASSIGNED_POINTS, -1)[1]
    chosen = torch.zeros_like(alignment).scatter_(-1, best, 1.0) * inside
    chosen = _resolve_conflicts(chosen, overlap)

    alignment = alignment * chosen
    best_alignment = alignment.amax(-1, keepdim=True)
    best_overlap = (overlap * chosen).amax(-1, keepdim=True)
    quality = (alignment / (best_alignment + 1e-12) * best_overlap).amax(1)
    return Assignment(chosen.sum(1) > 0, chosen.argmax(1), quality, alignment)


def _points_in_boxes(points, boxes):
    x, y = points[:, 0], points[:, 1]
    left, top, right, bottom = boxes[..., None].unbind(2)
    return (x > left) & (x < right) & (y > top) & (y < bottom)


def _resolve_conflicts(chosen, overlap):
    """A point that several objects chose goes to the one it overlaps most."""
    contested = chosen.sum(1) > 1
    if not contested.any():
        return chosen
    winner = functional.one_hot((overlap * chosen).argmax(1), chosen.shape[1]).permute(0, 2, 1).float()
    return torch.where(contested[:, None], winner * chosen, chosen)


def class_loss(scores, assignment, batch):
    """Binary cross-entropy against the assignment's quality at the object's class."""
    target = torch.zeros_like(scores)
    class_ids = batch.class_ids.clamp(0).gather(1, assignment.object_index)
    foreground = assignment.foreground
    one_hot = functional.one_hot(class_ids[foreground], CLASS_COUNT).float()
    target[foreground] = one_hot * assignment.quality[foreground][:, None]
    loss = functional.binary_cross_entropy_with_logits(scores, target, reduction="sum")
    return loss / _total_quality(assignment)


def box_loss(boxes, assignment, batch):
    """1 - CIoU, weighted by quality."""
    foreground = assignment.foreground
    target = batch.boxes.gather(1, assignment.object_index[..., None].expand(-1, -1, 4))
    loss = (1 - complete_iou(boxes[foreground], target[foreground])) * assignment.quality[foreground]
    return loss.sum() / _total_quality(assignment)


def _total_quality(assignment):
    return assignment.quality[assignment.foreground].sum().clamp(1)


def key_point_loss(raw, points, strides, assignment, batch):
    """Distance of a bolt's head and tip, relative to its box's diagonal, and their visibility."""
    class_ids = batch.class_ids.gather(1, assignment.object_index)
    image, point = (assignment.foreground & (class_ids == BOLT)).nonzero(as_tuple=True)
    if not len(image):
        return raw.new_zeros(())
    raw = raw[image, :, point].view(-1, KEY_POINT_COUNT, 3)
    predicted = raw[..., :2] * 2 * strides[point][:, None, None] + points[point][:, None]
    object_index = assignment.object_index[image, point]
    target = batch.key_points[image, object_index]
    box = batch.boxes[image, object_index]
    diagonal = ((box[:, 2] - box[:, 0]) ** 2 + (box[:, 3] - box[:, 1]) ** 2).clamp(16).sqrt()
    visible = (target[..., 2] > 0).float()
    error = (predicted - target[..., :2]).norm(dim=-1) / diagonal[:, None]
    smooth = functional.smooth_l1_loss(error, torch.zeros_like(error), beta=0.03, reduction="none")
    distance = smooth + 0.3 * (1 - torch.exp(-(error**2) / 0.005))
    presence = functional.binary_cross_entropy_with_logits(raw[..., 2], visible)
    return (distance * visible).sum() / visible.sum().clamp(1) + 0.3 * presence


def mask_loss(coefficients, prototypes, assignment, batch):
    """Cross-entropy and dice loss inside the box, for each object at its best point."""
    has_point = (batch.class_ids >= 0) & (assignment.alignment.amax(-1) > 0)
    image, index = has_point.nonzero(as_tuple=True)
    if not len(image):
        return coefficients.new_zeros(())
    point = assignment.alignment[image, index].argmax(-1)
    logits = torch.einsum("kc,kchw->khw", coefficients[image, :, point], prototypes[image])
    instance_id = batch.instance_ids[image, index].to(batch.instances.dtype)
    target = (batch.instances[image] == instance_id[:, None, None]).float()
    inside = _box_mask(batch.boxes[image, index] / 4, logits.shape[-2:])

    entropy = functional.binary_cross_entropy_with_logits(logits, target, reduction="none") * inside
    entropy = entropy.sum((1, 2)) / inside.sum((1, 2)).clamp(1)
    probability = logits.sigmoid() * inside
    dice = _dice(probability, target, (1, 2), smoothing=1)
    return entropy.mean() + 0.5 * (1 - dice).mean()


def _box_mask(boxes, size):
    """1 inside each box and up to a pixel around it, float [boxes, height, width]."""
    height, width = size
    y = torch.arange(height)[None, :, None] + 0.5
    x = torch.arange(width)[None, None] + 0.5
    left, top, right, bottom = boxes[:, :, None, None].unbind(1)
    return ((x > left - 1) & (x < right + 1) & (y > top - 1) & (y < bottom + 1)).float()


def semantic_loss(logits, labels):
    """Weighted cross-entropy plus dice over the classes; the padding of letterboxed images does not count."""
    labels = labels.long()
    counted = labels != IGNORED_LABEL
    labels = torch.where(counted, labels, torch.full_like(labels, -100))
    class_weights = torch.tensor(SEMANTIC_CLASS_WEIGHTS)
    entropy = functional.cross_entropy(logits, labels, weight=class_weights, ignore_index=-100)
    one_hot = functional.one_hot(labels.clamp(0), SEMANTIC_CLASS_COUNT).permute(0, 3, 1, 2).float()
    probability = logits.softmax(1) * counted[:, None]
    dice = _dice(probability, one_hot * counted[:, None], (0, 2, 3), smoothing=50)
    return entropy + 0.7 * (1 - dice.mean())


def _dice(probability, target, dimensions, smoothing):
    shared = (probability * target).sum(dimensions)
    return (2 * shared + smoothing) / (probability.sum(dimensions) + target.sum(dimensions) + smoothing)
