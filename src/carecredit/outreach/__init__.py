"""Making a touch: claim, speak or send, record what happened, close with a wrap-up."""
