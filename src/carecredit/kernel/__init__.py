"""Values that anyone may use; nothing here knows the business."""
