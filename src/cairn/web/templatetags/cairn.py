"""What templates may say about money, dates and names."""

from django import template

register = template.Library()
